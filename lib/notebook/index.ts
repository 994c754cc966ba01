/**
 * @file What notebooks use to show things: figures, progress, verdicts on exercises.
 *
 * show(figure)                              below the cell: a figure, or anything with a rich form
 * animate(frames)                           frames in one place, of which the last one stays
 * knobs({ rate: { from, to, at } }, draw)   a figure with sliders, choices, points to drag, words to type, a grid to draw on
 * progress(title)                           a bar and a growing curve; at the end the steps, the loss, the curve
 * exercise({ title, cases, … }).check(f)    right, or the likely mistake; question(…) for an answer that is a value
 * TODO                                      the stub that a check knows as not attempted yet
 */

export {
  type Case,
  Exercise,
  type ExerciseOptions,
  exercise,
  type Mistake,
  Question,
  type QuestionOptions,
  question,
  TODO,
  type Verdict,
} from "./exercise.js";
export {
  type Choice,
  type DraggablePoint,
  type Knob,
  type KnobValues,
  knobs,
  knobsType,
  type ShortText,
  type Sketch,
  type Slider,
  type Switch,
} from "./knobs.js";
export { Progress, type ProgressOptions, progress, type StepValues } from "./progress.js";
export { animate, show } from "./show.js";
