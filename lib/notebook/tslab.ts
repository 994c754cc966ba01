/** @file The one place that knows tslab: how rich output gets from the code of a cell to the page. */

/** Forms of one output by media type; a page shows the richest that it can. */
export type Bundle = Readonly<Record<string, string | object>>;

/** Sends an output to the page; given an id, an `update` takes the place of what was sent under it. */
type Send = (bundle: Bundle, id: string | undefined, update: boolean) => void;

interface TslabModule {
  display: { raw(type: string, content: string | object): void };
  newDisplay(): TslabModule["display"];
}

interface TslabJupyter {
  lastWriteDisplayData:
    | ((content: { data: Bundle; metadata: object; transient: object }, update: boolean) => void)
    | null;
}

/** What tslab gives to cells; its `require` finds the tslab that runs, not another that may be installed. */
interface TslabGlobal {
  require: ((id: string) => unknown) & { cache?: Record<string, { exports: unknown } | undefined> };
}

const tslab = (): TslabGlobal | undefined => (globalThis as { __tslab__?: TslabGlobal }).__tslab__;

/** Whether this code runs in a notebook's cell. */
export const inNotebook = (): boolean => tslab() !== undefined;

/**
 * Sends a whole bundle through the function that tslab's own display calls. Its public interface takes one media type for
 * each output, and a figure wants to bring its words along; where the function is not found, the richest form goes that way.
 */
function sender(): Send {
  const { require } = tslab() as TslabGlobal;
  const file = Object.keys(require.cache ?? {}).find((name) => /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(name));
  const jupyter = file === undefined ? undefined : (require.cache?.[file]?.exports as TslabJupyter | undefined);
  if (jupyter?.lastWriteDisplayData) {
    return (data, id, update) =>
      jupyter.lastWriteDisplayData?.({ data, metadata: {}, transient: { display_id: id } }, update);
  }
  const { display, newDisplay } = require("tslab") as TslabModule;
  return (bundle, id) => {
    const type = Object.keys(bundle).find((key) => key !== "text/plain") ?? "text/plain";
    if (id !== undefined && !displays.has(id)) displays.set(id, newDisplay());
    (displays.get(id ?? "") ?? display).raw(type, bundle[type]);
  };
}

const displays = new Map<string, TslabModule["display"]>();

/** An output that is replaced by each next bundle. Its id is not stored with the notebook. */
export function updatableDisplay(): (bundle: Bundle) => void {
  const id = crypto.randomUUID();
  let update = false;
  return (bundle) => {
    sender()(bundle, id, update);
    update = true;
  };
}

/** Sends an output that no other of its cell replaces; a page may know it by its id. */
export const send = (bundle: Bundle, id?: string): void => sender()(bundle, id, false);
