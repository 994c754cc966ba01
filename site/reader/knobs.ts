/** @file Figures with knobs: the worker draws them anew as the reader turns, and frames that come too fast are left out. */

/** What the knobs of an output stand at, by their names; a point has two numbers. */
export function valuesOf(box: HTMLElement): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const input of box.querySelectorAll<HTMLInputElement | HTMLSelectElement>("[name]")) {
    const { kind } = input.dataset;
    if (kind === "point")
      values[input.name] = [...((values[input.name] as number[] | undefined) ?? []), Number(input.value)];
    else values[input.name] = kind === "slider" ? Number(input.value) : input.value;
  }
  return values;
}

/** Connects the knobs of an output with a drawing. @param draw draws the figure at other values; false if it cannot any more */
export function connect(box: HTMLElement, draw: (values: Record<string, unknown>) => Promise<void>): void {
  box.hidden = false;
  let isDrawing = false;
  let isStale = false;
  const turn = async () => {
    isStale = true;
    if (isDrawing) return;
    isDrawing = true;
    while (isStale) {
      isStale = false;
      await draw(valuesOf(box));
    }
    isDrawing = false;
  };
  box.addEventListener("input", ({ target }) => {
    const input = target as HTMLInputElement;
    if (input.type === "range" && input.nextElementSibling) input.nextElementSibling.textContent = input.value;
    void turn();
  });
}
