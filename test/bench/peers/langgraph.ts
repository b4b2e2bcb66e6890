import { createRequire } from 'node:module';
import { Annotation, END, START, StateGraph } from '@langchain/langgraph';
import type { Engine, Shape } from './engine.ts';

const require = createRequire(import.meta.url);

const State = Annotation.Root({
  value: Annotation<number>({ reducer: (left, right) => Math.max(left, right), default: () => 0 }),
});

/** The graph API as its pages show it: no checkpointer, one channel, the recursion limit above the chain's length. */
export const engine: Engine = {
  versions: { '@langchain/langgraph': require('@langchain/langgraph/package.json').version },

  async prepare(shape: Shape, size: number) {
    const graph = new StateGraph(State);
    const names = Array.from({ length: size }, (_, index) => `s${index}`);
    const stage = async (state: typeof State.State) => ({ value: state.value + 1 });
    // The names are made here, so the types of the builder cannot know them.
    const add = graph as unknown as {
      addNode(name: string, run: typeof stage): void;
      addEdge(from: string, to: string): void;
    };
    for (const name of names) add.addNode(name, stage);
    if (shape === 'chain') {
      const line = [START, ...names, END];
      for (let i = 1; i < line.length; i++) add.addEdge(line[i - 1] as string, line[i] as string);
    } else {
      const [first = '', ...others] = names;
      add.addEdge(START, first);
      for (const name of others) {
        add.addEdge(first, name);
        add.addEdge(name, END);
      }
    }
    const app = graph.compile();
    return async () => (await app.invoke({ value: 0 }, { recursionLimit: size + 10 })).value;
  },
};
