/**
 * @file Programs of TypeScript with no more about them than tslab asks: it makes two for every cell, and the builder that
 * TypeScript makes programs by otherwise looks up, in each of them, what every declaration file refers to.
 */

import type {
  CreateProgram,
  EmitAndSemanticDiagnosticsBuilderProgram,
  Program,
  ResolvedModule,
  SourceFile,
} from "@tslab/typescript-for-tslab";

type TypeScript = typeof import("@tslab/typescript-for-tslab");

/** What TypeScript has and does not declare. */
interface Internal {
  bindSourceFile(file: SourceFile, options: object): void;
}

interface WithModules extends SourceFile {
  resolvedModules?: { forEach(use: (resolution: { resolvedModule?: ResolvedModule }) => void): void };
}

/** The names under which the compiler knows `declare global` and `declare module "…"`: no variables, as tslab would think. */
const augmentations = /^(__global$|")/;

/** Makes programs that know their files, which are bound once they are asked for, and what a file depends on. */
export function leanPrograms(ts: TypeScript): CreateProgram<EmitAndSemanticDiagnosticsBuilderProgram> {
  const { bindSourceFile } = ts as unknown as Internal;

  function filesNamedIn(file: WithModules): string[] {
    const names = file.referencedFiles.map(({ fileName }) => ts.resolveTripleslashReference(fileName, file.fileName));
    file.resolvedModules?.forEach(({ resolvedModule }) => {
      if (resolvedModule) names.push(resolvedModule.resolvedFileName);
    });
    return names;
  }

  function dependenciesOf(file: SourceFile, program: Program): string[] {
    const found = new Set([file]);
    // A set goes on to what is added to it meanwhile.
    for (const one of found) {
      for (const name of filesNamedIn(one)) {
        const other = program.getSourceFile(name);
        if (other) found.add(other);
      }
    }
    return [...found].map(({ fileName }) => fileName);
  }

  return (...args) => {
    const builder = ts.createAbstractBuilder(...args);
    const program = builder.getProgram();
    const getSourceFile = (name: string) => {
      const file = program.getSourceFile(name);
      if (file) bindSourceFile(file, program.getCompilerOptions());
      for (const name of file?.locals?.keys() ?? []) if (augmentations.test(String(name))) file?.locals?.delete(name);
      return file;
    };
    const getAllDependencies = (file: SourceFile) => dependenciesOf(file, program);
    return { ...builder, getSourceFile, getAllDependencies } as unknown as EmitAndSemanticDiagnosticsBuilderProgram;
  };
}
