/** @file Progress of long work: a bar and a growing curve while it lasts, and what is worth keeping when it is done. */

import { lines } from "../plot/index.js";
import { Curve } from "./curve.js";
import { bundleOf } from "./show.js";
import { throttle } from "./throttle.js";
import { inNotebook, updatableDisplay } from "./tslab.js";

/** Options of `progress`. */
export interface ProgressOptions {
  /** Which of the reported values to draw: "loss" by default. */
  curve?: string;
  /** A logarithmic scale for it. */
  log?: boolean;
}

/** The values of one step, by name. */
export type StepValues = Readonly<Record<string, number>>;

/**
 * Follows long work, in place: a bar, the rate, the time left, the loss growing beside it. At the end all that passes gives
 * way to what lasts — the steps taken, the first and the last loss, the curve — so that what is stored with the notebook
 * has no timings in it, and is the same whether anyone looked or not.
 *
 *     const bar = progress("XOR is learned");
 *     for (const step of bar.steps(2000)) bar.report({ loss: trainOn(step) });
 *
 *     await train(model, { …, progress: progress("XOR is learned") });
 * @example [...progress("Counting").steps(3)] // [ 0, 1, 2 ]
 */
export function progress(title: string, options: ProgressOptions = {}): Progress {
  return new Progress(title, options);
}

/**
 * A progress display in one place below a cell.
 * @example [...progress("Counting").steps(3)] // [ 0, 1, 2 ]
 */
export class Progress {
  readonly #title: string;
  readonly #name: string;
  readonly #log: boolean;
  readonly #curve = new Curve();
  readonly #draw = inNotebook() ? updatableDisplay() : undefined;
  readonly #start = performance.now();
  readonly #isTime = throttle(200); // a drawing takes 7 ms, some 4% of that
  #done = 0;
  #total = 0;
  #reports = 0;
  #first: number | undefined;
  #last: number | undefined;
  #ended = false;

  constructor(title: string, { curve = "loss", log = false }: ProgressOptions) {
    if (typeof title !== "string" || title === "")
      throw new TypeError('progress: needs a title, such as progress("XOR is learned")');
    this.#title = title;
    this.#name = curve;
    this.#log = log;
  }

  /** Counts steps from 0; ends with the loop, also when it breaks or throws. */
  *steps(total: number): Generator<number, void> {
    if (!(Number.isInteger(total) && total >= 0))
      throw new RangeError(`progress: steps is ${total}; expected a whole number`);
    this.#total = total;
    try {
      for (let step = 0; step < total; step++) {
        yield step;
        if (this.#done === step) this.update(step + 1, total);
      }
    } finally {
      this.end();
    }
  }

  /** The values of the step that is being taken. */
  report(values: StepValues): void {
    this.update(this.#done + 1, this.#total, values);
  }

  /** `done` of `total` steps are taken; `values` may hold the one that is drawn. */
  update(done: number, total: number, values: StepValues = {}): void {
    if (this.#ended) throw new Error("progress: has ended; call progress(…) again for further work");
    this.#done = done;
    this.#total = total;
    const value = values[this.#name];
    if (value !== undefined) {
      this.#reports++;
      this.#first ??= value;
      this.#last = value;
      if (Number.isFinite(value) && !(this.#log && value <= 0)) this.#curve.add(value);
    }
    if (this.#isTime()) this.#show(this.#passing());
  }

  /** Ends the work: the summary replaces the bar. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#show(this.#lasting());
  }

  /** Bar, rate and time left. */
  #passing(): string {
    const seconds = (performance.now() - this.#start) / 1000;
    const rate = this.#done / seconds;
    const filled = Math.round((20 * this.#done) / (this.#total || 1));
    const bar = "█".repeat(filled) + "░".repeat(Math.max(0, 20 - filled));
    return `${bar} ${count(this.#done)} of ${count(this.#total)} · ${rate < 10 ? rate.toFixed(1) : count(Math.round(rate))} a second · ${duration((this.#total - this.#done) / rate)} left`;
  }

  /** Steps, and the value from the first to the last. */
  #lasting(): string {
    const steps =
      this.#done === this.#total ? `${count(this.#done)} steps` : `${count(this.#done)} of ${count(this.#total)} steps`;
    if (this.#first === undefined || this.#last === undefined) return steps;
    return `${steps}, ${this.#name} from ${this.#first.toPrecision(4)} to ${this.#last.toPrecision(4)}`;
  }

  #show(status: string): void {
    if (this.#draw) this.#draw(this.#bundle(status));
    else if (this.#ended) console.log(`${this.#title}: ${status}`);
    else if (process.stderr.isTTY) process.stderr.write(`\r${this.#title}: ${status}\x1b[K\r`);
  }

  #bundle(status: string) {
    const stride = Math.max(1, Math.round(this.#done / this.#reports)); // steps to a value: some work reports every few thousand
    const points = this.#curve.points().map(([at, mean]): [number, number] => [at * stride, mean]);
    if (points.length < 2) return { "text/plain": `${this.#title}: ${status}` };
    const run = this.#curve.run * stride;
    return bundleOf(
      lines(
        { [this.#name]: points },
        {
          title: this.#title,
          subtitle: status,
          x: { label: "step", domain: [0, Math.max(this.#total, this.#done)] },
          y: { label: run === 1 ? this.#name : `${this.#name}, mean of ${count(run)} steps`, log: this.#log },
          height: 200,
        },
      ),
    );
  }
}

const count = (value: number): string => value.toLocaleString("en-US");

/** Seconds as people say them. */
function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
