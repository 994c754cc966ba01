/** @file As much of semver as tslab asks for. */

const major = (version: string): number => Number(/\d+/.exec(version)?.[0]);
export default { major };
