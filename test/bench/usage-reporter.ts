// Loaded before a program that is measured: tells its parent what the process uses when it is asked. Nobody waits for it.
process.on('message', () => {
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: (user + system) / 1e6, rss: process.memoryUsage.rss() });
});
process.channel?.unref();
