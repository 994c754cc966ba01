/** @file A curve that never has too many points, however long it grows. */

/** Means of ever longer runs of values: when there are too many, neighbors are merged and runs get twice as long. */
export class Curve {
  #means: number[] = [];
  #run = 1;
  #sum = 0;
  #pending = 0;

  constructor(readonly most = 400) {}

  /** How many values stand behind each point. */
  get run(): number {
    return this.#run;
  }

  add(value: number): void {
    this.#sum += value;
    if (++this.#pending < this.#run) return;
    this.#means.push(this.#sum / this.#run);
    this.#sum = this.#pending = 0;
    if (this.#means.length < this.most) return;
    this.#means = Array.from({ length: this.most / 2 }, (_, i) => (this.#means[2 * i] + this.#means[2 * i + 1]) / 2);
    this.#run *= 2;
  }

  /** The points: at the middle of each run of steps, counted from 1, its mean. */
  points(): [step: number, mean: number][] {
    const points = this.#means.map((mean, i): [number, number] => [(i + 0.5) * this.#run + 0.5, mean]);
    if (this.#pending > 0)
      points.push([this.#means.length * this.#run + (this.#pending + 1) / 2, this.#sum / this.#pending]);
    return points;
  }
}
