/**
 * @file What a name of the library does, beside the name in a cell's code, where the pointer rests or a finger taps. No
 * kernel is needed for that; in an editor the compiler answers, which knows the reader's own names, too.
 */

import { make } from "./controls.js";

/** By a name as code has it: what it does, and the address of its source. */
type Names = Readonly<Record<string, readonly [summary: string, address: string]>>;

/** Until a pointer that rests is answered, and until one that has left the answer closes it, in milliseconds. */
const [rest, grace] = [400, 300];

/**
 * The keys by which the name around a place in code may be known: of a method, or of what is imported from the library.
 *
 * @param imported names by the module they are from: "" for the library's first, "plot" for foundations/plot
 */
function keysAt(code: string, at: number, imported: ReadonlyMap<string, string>): readonly string[] {
  const start = at - (/[\w$]*$/.exec(code.slice(0, at))?.[0].length ?? 0);
  const [name] = /^[\w$]*/.exec(code.slice(start)) ?? [""];
  if (!/^[A-Za-z]/.test(name)) return [];
  const [, space] = /([\w$]*)\??\.\s*$/.exec(code.slice(0, start)) ?? [];
  if (space !== undefined) return [`${space}.${name}`, `.${name}`];
  const from = imported.get(name);
  return from === undefined ? [] : [from === "" ? name : `${from}.${name}`];
}

/** What code imports from the library. */
function importsOf(code: string): Map<string, string> {
  const imported = new Map<string, string>();
  for (const [, list, from] of code.matchAll(/import \{([^}]*)\} from "foundations(?:\/(\w+))?"/g))
    for (const [name] of list.matchAll(/[\w$]+/g)) imported.set(name, from ?? "");
  return imported;
}

/** Listens to what the pointer does in the code of all cells. @param address of the names, fetched when first needed */
export function explainNames(address: string): void {
  const card = make("div", { className: "hover card", hidden: true });
  document.body.append(card);
  const code = [...document.querySelectorAll(".cell.code pre.source")].map(({ textContent }) => textContent);
  const imported = importsOf(code.join("\n"));
  let names: Promise<Names> | null = null;
  let timer = 0;
  const after = (milliseconds: number, then: () => void) => {
    clearTimeout(timer);
    timer = window.setTimeout(then, milliseconds);
  };
  const close = () => {
    clearTimeout(timer);
    card.hidden = true;
  };

  const explain = async (source: Element, x: number, y: number) => {
    const at = offsetIn(source, x, y);
    if (at === null) return close();
    names ??= fetch(address).then((response) => response.json());
    const known = await names.catch(() => {
      names = null;
      return {} as Names;
    });
    const keys = keysAt(source.textContent ?? "", at, imported);
    const found = keys.find((key) => Object.hasOwn(known, key));
    if (!found) return close();
    const [summary, to] = known[found];
    const link = make("a", { href: to, target: "_blank", textContent: "Open its source" });
    card.replaceChildren(
      make("b", { textContent: found.replace(/^\./, "Tensor.") }),
      make("p", { textContent: summary }),
      link,
    );
    card.hidden = false;
    const { width, height } = card.getBoundingClientRect();
    const below = y + 16 + height < innerHeight;
    card.style.left = `${Math.max(8, Math.min(x, document.documentElement.clientWidth - width - 8)) + scrollX}px`;
    card.style.top = `${(below ? y + 16 : y - 16 - height) + scrollY}px`;
  };

  document.addEventListener("pointermove", ({ target, pointerType, clientX, clientY, buttons }) => {
    if (pointerType === "touch" || !(target instanceof Element) || card.contains(target)) return clearTimeout(timer);
    const source = buttons === 0 ? target.closest(".cell.code pre.source") : null;
    if (source) after(rest, () => void explain(source, clientX, clientY));
    else if (!card.hidden) after(grace, close);
    else clearTimeout(timer);
  });
  document.addEventListener("click", (event) => {
    const { target, clientX, clientY } = event;
    if (!(target instanceof Element) || card.contains(target)) return;
    close();
    const source = target.closest(".cell.code pre.source");
    if (source && (event as PointerEvent).pointerType === "touch") void explain(source, clientX, clientY);
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") close();
  });
}

/** Which character of an element's text lies at a point of the screen; null if none does. */
function offsetIn(element: Element, x: number, y: number): number | null {
  const found = document.caretPositionFromPoint?.(x, y);
  const old = found ? null : document.caretRangeFromPoint?.(x, y);
  const [node, offset] = [found?.offsetNode ?? old?.startContainer, found?.offset ?? old?.startOffset];
  if (!node || offset === undefined || !element.contains(node)) return null;
  const around = document.createRange();
  around.setStart(node, Math.max(0, offset - 1));
  around.setEnd(node, Math.min(node.textContent?.length ?? 0, offset + 1));
  const { left, right, top, bottom } = around.getBoundingClientRect();
  // Beside a line or below the last one, the browser gives the place that is nearest.
  if (x < left || x > right || y < top || y > bottom) return null;
  const before = document.createRange();
  before.setStart(element, 0);
  before.setEnd(node, offset);
  return before.toString().length;
}
