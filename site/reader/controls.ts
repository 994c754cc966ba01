/** @file Knobs that a browser has controls for: sliders, choices, switches and texts. */

import type { KnobSpec } from "../pages/knobs.js";

/** A knob on the page. */
export interface Control {
  readonly element: HTMLElement;
  /** Where it stands, as the drawing is given it. */
  value(): unknown;
  /** Leaves a slider or a choice only some of its values. */
  restrict?(values: readonly unknown[]): void;
}

type Turned = () => void;
type Spec<Kind extends KnobSpec["kind"]> = KnobSpec & { readonly kind: Kind };

export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** A control with its name before it. */
const labeled = (name: string, ...children: Node[]): HTMLElement =>
  make("label", {}, make("span", { className: "name", textContent: name }), ...children);

/** Moves through numbers one by one. */
export function slider({ name, of, at }: Spec<"slider">, turned: Turned): Control {
  let values: readonly unknown[] = of;
  const input = make("input", { type: "range", min: "0" });
  const output = make("output");
  const say = () => {
    output.textContent = String(values[input.valueAsNumber]);
    input.setAttribute("aria-valuetext", `${name} = ${output.textContent}`);
  };
  const restrict = (kept: readonly unknown[], current: unknown) => {
    values = kept;
    input.max = String(values.length - 1);
    input.valueAsNumber = nearest(values, current);
    say();
  };
  restrict(of, at);
  input.addEventListener("input", () => {
    say();
    turned();
  });
  const value = () => values[input.valueAsNumber];
  return { element: labeled(name, input, output), value, restrict: (kept) => restrict(kept, value()) };
}

/** The place of a value, or of the number that is nearest to it. */
function nearest(values: readonly unknown[], value: unknown): number {
  const away = values.map((one) => Math.abs(Number(one) - Number(value)));
  return Math.max(0, values.includes(value) ? values.indexOf(value) : away.indexOf(Math.min(...away)));
}

/** One of a few names. */
export function choice({ name, of, at }: Spec<"choice">, turned: Turned): Control {
  const options = of.map((one) => make("option", { textContent: String(one), selected: one === at }));
  const select = make("select", {}, ...options);
  select.addEventListener("input", turned);
  return {
    element: labeled(name, select),
    value: () => of[select.selectedIndex],
    restrict: (kept) => {
      for (const [i, option] of options.entries()) option.disabled = !kept.includes(of[i]);
    },
  };
}

export function toggle({ name, at }: Spec<"switch">, turned: Turned): Control {
  const input = make("input", { type: "checkbox", checked: at });
  input.addEventListener("input", turned);
  return { element: labeled(name, input), value: () => input.checked };
}

/** As many characters as a short text has. */
const longest = 200;

export function text({ name, at }: Spec<"text">, turned: Turned): Control {
  const input = make("input", { type: "text", value: at, maxLength: longest, autocomplete: "off", spellcheck: false });
  input.addEventListener("input", turned);
  return { element: labeled(name, input), value: () => input.value };
}
