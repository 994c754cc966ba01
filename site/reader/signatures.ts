/** @file Inside the parentheses of a call, the editor shows its signature, and in bold the parameter that is being written. */

import { type Extension, Prec, StateEffect, StateField } from "@codemirror/state";
import { keymap, showTooltip, type Tooltip, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type { Signature } from "../../scripts/interpreter/signature.js";
import type { Answers } from "../worker/messages.js";

const show = StateEffect.define<Tooltip | null>();

const shown = StateField.define<Tooltip | null>({
  create: () => null,
  update: (tooltip, { effects, docChanged, changes }) => {
    const latest = effects.findLast((effect) => effect.is(show));
    if (latest) return latest.value as Tooltip | null;
    return tooltip && docChanged ? { ...tooltip, pos: changes.mapPos(tooltip.pos, -1) } : tooltip;
  },
  provide: (field) => showTooltip.from(field),
});

/** Shown when an argument begins, kept up to date until the cursor leaves the call; Escape closes it. */
export function signatures(ask: (code: string, cursor: number) => Promise<Answers["signature"] | null>): Extension {
  const following = ViewPlugin.define((view) => {
    /** Whether the cursor may be inside a call: while one writes fast, answers come too late to be shown. */
    let isWanted = false;
    const follow = async () => {
      isWanted = true;
      const { doc, selection } = view.state;
      const { head } = selection.main;
      const found = await ask(doc.toString(), head);
      // Something was written meanwhile: its own question is on the way.
      if (!isWanted || view.state.doc !== doc || view.state.selection.main.head !== head) return;
      const signature = view.hasFocus ? (found?.signature ?? null) : null;
      if (signature) view.dispatch({ effects: show.of(tooltipOf(signature)) });
      else close();
    };
    const close = (): boolean => {
      isWanted = false;
      if (!view.state.field(shown)) return false;
      view.dispatch({ effects: show.of(null) });
      return true;
    };
    return {
      follow,
      close,
      update: ({ state, docChanged, selectionSet, focusChanged, transactions }: ViewUpdate) => {
        const { head } = state.selection.main;
        const isTyped = transactions.some((transaction) => transaction.isUserEvent("input"));
        const begins = isTyped && /[(,]/.test(state.sliceDoc(head - 1, head));
        if (begins || (isWanted && (docChanged || selectionSet || focusChanged))) void follow();
      },
    };
  });
  const keys = keymap.of([
    {
      key: "Mod-Shift-Space",
      run: (view) => {
        void view.plugin(following)?.follow();
        return true;
      },
    },
    { key: "Escape", run: (view) => view.plugin(following)?.close() ?? false },
  ]);
  return [shown, following, Prec.high(keys)];
}

const tooltipOf = (signature: Signature): Tooltip => ({
  pos: signature.start,
  above: true,
  create: () => ({ dom: drawn(signature) }),
});

function drawn({ label, parameter, documentation, overload, overloads }: Signature): HTMLElement {
  const dom = document.createElement("div");
  dom.className = "hover signature";
  const line = document.createElement("pre");
  const [from, to] = parameter ?? [0, 0];
  const bold = document.createElement("b");
  bold.textContent = label.slice(from, to);
  const which = overloads > 1 ? ` (${overload + 1} of ${overloads})` : "";
  line.append(label.slice(0, from), bold, label.slice(to) + which);
  const [summary] = documentation.split("\n\n");
  const words = document.createElement("p");
  words.textContent = summary;
  dom.append(line, ...(summary ? [words] : []));
  return dom;
}
