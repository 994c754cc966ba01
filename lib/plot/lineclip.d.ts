/** @file What lineclip, which has no declarations of its own, gives: the pieces of a line in a box (Cohen and Sutherland 1967). */
declare module "lineclip" {
  type Point = readonly [x: number, y: number];
  export function clipPolyline(line: readonly Point[], box: readonly [number, number, number, number]): Point[][];
}
