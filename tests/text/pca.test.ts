/** @file Principal components beside numpy's, and what makes them what they are. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Generator, randn, tensor } from "../../lib/index.js";
import { pca } from "../../lib/text/index.js";
import { eigenSymmetric } from "../../lib/text/pca.js";

const f64 = { dtype: "float64" } as const;
const points = tensor(
  [
    [2.5, 2.4, 0.5],
    [0.5, 0.7, 1.9],
    [2.2, 2.9, 0.1],
    [1.9, 2.2, 0.8],
    [3.1, 3.0, -0.4],
    [2.3, 2.7, 0.6],
  ],
  f64,
);

function expectClose(ours: unknown, theirs: number[] | number[][], digits = 12) {
  const flat = (ours as number[][]).flat();
  for (const [i, value] of theirs.flat().entries()) expect(flat[i]).toBeCloseTo(value, digits);
  expect(flat).toHaveLength(theirs.flat().length);
}

describe("principal components", () => {
  it("are numpy's eigenvectors of the covariance matrix (numpy.cov, numpy.linalg.eigh)", () => {
    const { components, variance, share, project } = pca(points, 3);
    expectClose(variance, [2.0015349338264006, 0.04699051791758288, 0.028474548256016755]);
    expectClose(components.toArray(), [
      [0.6059338903070444, 0.5868259123116554, -0.5371028478950417],
      [-0.6882736819721267, 0.7252759466007908, 0.015941768623906727],
      [0.39890281934564226, 0.3600140968377769, 0.8433661072133366],
    ]);
    expectClose(share, [0.9636663138307177, 0.022624226248234416, 0.013709459921048028]);
    expectClose(pca(points).project(points).toArray(), [
      [0.3461331843118266, -0.2276695193236456],
      [-2.6152826342851343, -0.061772788527266954],
      [0.6726071125335578, 0.33507385111882504],
      [-0.2959231867032435, 0.04502203112664456],
      [1.545181628988584, -0.21981575230796313],
      [0.3472838951544102, 0.12916217791340798],
    ]);
    expect(project(points).shape).toEqual([6, 3]);
  });

  it("stand at right angles, have length 1 and fall in variance, which adds up to the whole", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 2, max: 8 }), (seed, d) => {
        const cloud = randn([20, d], { ...f64, generator: new Generator(seed) });
        const { components, variance, share } = pca(cloud, d);
        const gram = components.matmul(components.T).toArray();
        for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) expect(gram[i][j]).toBeCloseTo(Number(i === j), 12);
        for (let i = 1; i < d; i++) expect(variance[i]).toBeLessThanOrEqual(variance[i - 1]);
        expect(share.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
      }),
      { numRuns: 30 },
    );
  });

  it("give back the points when all are kept", () => {
    const { components, mean, project } = pca(points, 3);
    expectClose(project(points).matmul(components).add(mean).toArray(), points.toArray());
  });

  it("come from eigenvalues that are right for a hundred dimensions too", () => {
    const n = 100;
    const { values } = eigenSymmetric(
      Float64Array.from({ length: n * n }, (_, k) => Math.min(Math.floor(k / n), k % n) + 1),
      n,
    );
    // The matrix of min(i, j) has the eigenvalues ¼ / sin²((2k + 1) π / (4n + 2)).
    for (let k = 0; k < n; k++) {
      expect(values[k] * 4 * Math.sin(((2 * k + 1) * Math.PI) / (4 * n + 2)) ** 2).toBeCloseTo(1, 10);
    }
  });

  it("of points that are all one point have no variance and no share of it", () => {
    const { variance, share } = pca(
      tensor(
        [
          [1, 2],
          [1, 2],
        ],
        f64,
      ),
    );
    expect(variance).toEqual([0, 0]);
    expect(share).toEqual([0, 0]);
  });

  it("say what they need", () => {
    expect(() => pca(tensor([[1, 2]]))).toThrow("pca: needs at least two points, one a row, got shape [1, 2]");
    expect(() => pca(points, 4)).toThrow("pca: points of 3 numbers have 1 to 3 components, got 4");
    expect(() => pca(points).project(tensor([[1, 2]]))).toThrow(
      "project: these components are of points of 3 numbers, got shape [1, 2]",
    );
  });
});

it.each([1e-300, 1e-190, 1e90, 1e300])("finds the axes of points as small or large as %d", (size) => {
  const points = tensor([[1, 1], [2, 2], [3, 3.1], [1, 2]].map((row) => row.map((x) => x * size)), { dtype: "float64" }); // biome-ignore format: rows
  const plain = pca(tensor([[1, 1], [2, 2], [3, 3.1], [1, 2]], { dtype: "float64" })); // biome-ignore format: rows
  const found = pca(points as never);
  for (const [i, x] of found.components.toArray().flat().entries()) {
    expect(x).toBeCloseTo(plain.components.toArray().flat()[i], 10);
  }
  for (const [i, share] of found.share.entries()) expect(share).toBeCloseTo(plain.share[i], 10);
});
