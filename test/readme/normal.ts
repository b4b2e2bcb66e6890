/** Two texts are the same to a reader when they differ only in ids, times, who typed them and the width of columns. */
export function normalise(text: string, folder: string): string {
  return text
    .replaceAll(folder, '/home/you')
    .replace(/\b1[0-9a-hjkmnp-tv-z]{15}\b/g, '<run>')
    .replace(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?/g, '<when>')
    .replace(/\b\d\d:\d\d:\d\d(\.\d+)?\b/g, '<when>')
    .replace(/\b\d+(\.\d+)? ?(ms|s)\b/g, '<time>')
    .replace(/\bfm_[a-z]+_[a-z0-9]{8}_[a-z0-9]+_[0-9a-f]{8}\b/g, '<key>')
    .replace(/\bkey [a-z2-7]{8}\b/g, 'key <id>')
    .replace(/\bnode-v\d+\.\d+\.\d+/g, 'node-<version>')
    .replace(/"(run_id|started_at|finished_at)": ?("[^"]*"|\d+)/g, '"$1": <value>')
    .replace(/"(duration_ms|elapsed_ms)": ?[\d.]+/g, '"$1": <value>')
    .split('\n')
    .map((line) =>
      line
        .replace(/(?<=\S)[ \t]+/g, ' ')
        // The id of a key, in a list of them.
        .replace(/^[a-z2-7]{8} (\S+ (?:live|revoked|expired) )/, '<id> $1')
        // Who pushed, in a history.
        .replace(/^(#\d+ .*<when>) \S+/, '$1 <who>')
        .replace(/[─━═-]{3,}/g, '---')
        .trimEnd(),
    )
    .join('\n')
    .trim();
}
