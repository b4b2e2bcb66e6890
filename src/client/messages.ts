import { createParser } from 'eventsource-parser';

/** One server-sent event. */
interface Message {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: string;
}

/** The events of an answer, until it ends. Rejects when the connection is lost. */
export async function* messages({ body }: Response): AsyncGenerator<Message, void, undefined> {
  const came: Message[] = [];
  const parser = createParser({ onEvent: ({ id, event, data }) => came.push({ id, event, data }) });
  const decoder = new TextDecoder();
  const reader = body?.getReader();
  try {
    for (;;) {
      const part = await reader?.read();
      if (!part || part.done) return;
      parser.feed(decoder.decode(part.value, { stream: true }));
      yield* came.splice(0);
    }
  } finally {
    // Whoever stops listening lets the connection go; one that is lost already cannot be.
    await reader?.cancel().catch(() => {});
  }
}
