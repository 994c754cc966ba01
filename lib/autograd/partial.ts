/** @file Partial gradients: those of slices and look-ups, assembled into the gradient of the whole. */

import { allocate, backend } from "../backend/index.js";
import { type Backward, type PartialGradient, Tensor } from "../tensor/tensor.js";
import { copy } from "../tensor/views.js";

/**
 * `sum` (or 0) plus partial gradients of `x`, added into one buffer: n slices of x cost as much as x, not n times as much.
 * @returns the sum, and its own backward pass for the inputs [sum, ...gradients of the parts]
 */
export function assemble(
  x: Tensor,
  sum: Tensor | null,
  parts: readonly PartialGradient[],
): { whole: Tensor; backward: Backward } {
  const whole = new Tensor(sum ? copy(sum) : allocate(x.dtype, x.size), x.shape);
  for (const part of parts) part.addTo(whole);
  const backward: Backward = (g, _y, _inputs, needs) => [
    g,
    ...parts.map((part, i) => (needs[i + 1] ? part.of(g) : null)),
  ];
  return { whole, backward };
}

/** A partial gradient of a view, as one of what it is a view of. */
export function throughView(part: PartialGradient, viewOf: (whole: Tensor) => Tensor): PartialGradient {
  return {
    gradient: part.gradient,
    addTo(whole) {
      const view = viewOf(whole);
      part.addTo(view);
      // A reshape may have had to copy.
      if (view.data !== whole.data) backend().assign(whole, view.reshape(whole.shape));
    },
    of: (whole) => part.of(viewOf(whole)),
    views: (part.views ?? 0) + 1,
  };
}

/** The gradient of what `of` gives a view of. */
export function partOfView(gradient: Tensor, of: (whole: Tensor) => Tensor): PartialGradient {
  const addTo = (whole: Tensor) => {
    const place = of(whole);
    backend().assign(place, new Tensor(backend().binary("add", place, gradient), place.shape));
  };
  return { gradient, addTo, of };
}
