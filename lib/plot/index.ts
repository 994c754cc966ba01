/**
 * @file Figures: functions of plain data — arrays, typed arrays, tensors — that give one self-contained SVG each.
 *
 * lines(series, { title, x, y })             scatter(groups, { title, x, y })        histogram(values, { title, x, curves, bins })
 * bars(values, { title, x, y })              contours(f, { title, x, y, arrows, series, middle, levels })
 * heatmap(matrix, { title, x, y, rows, columns })   confusionMatrix(counts, { title, labels })
 * vectors(named, { title, x, y })            transformation(matrix, { title })       digits(images, { title, labels, columns })
 * diagram({ boxes, arrows, groups }, { title })
 * graph({ nodes, edges }, { title, compact })   network(layers, { title, weights, biases })   multiples(items, draw, { title, columns })
 *
 * lines, scatter and contours also take `equal` (one unit as long on y as on x) and `marks` (points to single out, by name).
 * Titles say what to see; an axis is its label, or `{ label, domain, log, ticks }`.
 */

export type { BoxKind } from "./boxes.js";
export { bars, type HistogramOptions, histogram, lines, scatter } from "./charts.js";
export { type ContourOptions, contours } from "./contours.js";
export type { Matrix, Numbers, Point } from "./data.js";
export { type Cell, type Diagram, type DiagramArrow, type DiagramBox, type DiagramGroup, diagram } from "./diagram.js";
export { type DigitOptions, digits } from "./digits.js";
export type { Axes, AxisSpan } from "./drawing.js";
export { Figure } from "./figure.js";
export { type GraphEdge, type GraphNode, type GraphOptions, graph } from "./graph.js";
export { type ConfusionOptions, confusionMatrix, type HeatmapOptions, heatmap } from "./heatmap.js";
export { type MultiplesOptions, multiples } from "./multiples.js";
export { type Layer, type NetworkOptions, network } from "./network.js";
export type { AxesOptions, Axis, AxisOptions, ChartOptions, FigureOptions } from "./options.js";
export type { Series, SeriesByName, SeriesOptions, SeriesStyle } from "./series.js";
export { type TransformationOptions, transformation } from "./transformation.js";
export { type Vector, vectors } from "./vectors.js";
