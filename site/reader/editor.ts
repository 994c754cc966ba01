/** @file The editor of a cell, loaded at the first edit. What it knows of types comes from the compiler that runs the cells. */

import {
  autocompletion,
  type CompletionContext,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { typescriptLanguage } from "@codemirror/lang-javascript";
import { bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, linter } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, hoverTooltip, keymap } from "@codemirror/view";
import { colors } from "../pages/colors.js";
import type { Answers, Problem } from "../worker/messages.js";
import { signatures } from "./signatures.js";

export interface Editor {
  focus(): void;
  set(code: string): void;
  destroy(): void;
}

/** What the editor asks of the kernel. */
export interface Helper {
  check(code: string): Promise<Answers["check"] | null>;
  complete(code: string, cursor: number): Promise<Answers["complete"] | null>;
  inspect(code: string, cursor: number): Promise<Answers["inspect"] | null>;
  signature(code: string, cursor: number): Promise<Answers["signature"] | null>;
}

export interface EditorEvents {
  changed(code: string): void;
  /** @param next whether to go on to the next cell */
  run(next: boolean): void;
  leave(): void;
}

/** How long after the last key a cell is checked, in milliseconds. */
const pause = 350;

/** Problems as the editor shows them. The sentences about one place belong together. */
export function toDiagnostics(problems: readonly Problem[], length: number): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const { from, to, message } of problems) {
    const start = Math.min(from, length);
    const end = Math.min(Math.max(to, from + 1), length);
    const last = found.at(-1);
    if (last?.from === start && last.to === end) last.message += `\n${message}`;
    else found.push({ from: start, to: end, severity: "error", message });
  }
  return found;
}

export function createEditor(
  parent: HTMLElement,
  code: string,
  label: string,
  helper: Helper,
  events: EditorEvents,
): Editor {
  const completions = async (context: CompletionContext) => {
    const word = context.matchBefore(/[\w$]*/);
    const isAsked = context.explicit || (word && word.from < word.to) || context.matchBefore(/\./);
    if (!isAsked) return null;
    const found = await helper.complete(context.state.doc.toString(), context.pos);
    return (
      found && {
        from: found.from,
        options: found.options.slice(0, 100).map((name) => ({ label: name })),
        validFor: /^[\w$]*$/,
      }
    );
  };
  const documentation = hoverTooltip(async (view, pos) => {
    const found = await helper.inspect(view.state.doc.toString(), pos);
    if (!found?.text) return null;
    const dom = document.createElement("div");
    dom.className = "hover";
    const text = document.createElement("pre");
    text.textContent = found.text;
    dom.append(text);
    if (found.source) {
      const link = document.createElement("a");
      link.href = found.source;
      link.target = "_blank";
      link.textContent = "Open its source";
      dom.append(link);
    }
    return { pos, create: () => ({ dom }) };
  });
  const types = linter(
    async (view) => {
      const found = await helper.check(view.state.doc.toString());
      return toDiagnostics(found?.problems ?? [], view.state.doc.length);
    },
    { delay: pause },
  );
  const command = (action: () => void) => () => {
    action();
    return true;
  };
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: code,
      extensions: [
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ override: [completions] }),
        documentation,
        signatures((text, cursor) => helper.signature(text, cursor)),
        types,
        typescriptLanguage,
        syntaxHighlighting(colors),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label }),
        keymap.of([
          { key: "Shift-Enter", run: command(() => events.run(true)) },
          { key: "Mod-Enter", run: command(() => events.run(false)) },
          ...closeBracketsKeymap,
          ...completionKeymap,
          // Tab is left to the browser, so that the keyboard can leave the editor.
          ...defaultKeymap.filter(({ key }) => key !== "Escape"),
          ...historyKeymap,
          { key: "Escape", run: command(events.leave) },
        ]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) events.changed(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    focus: () => view.focus(),
    set: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    destroy: () => view.destroy(),
  };
}
