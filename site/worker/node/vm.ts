/** @file As much of node:vm as tslab asks for. */

import { runInThisContext } from "../modules.js";

export { runInThisContext };
export default { runInThisContext };
