// Stands for the package yoga-layout in a bundle, which awaits its engine at the top of its module.
import { loadYoga, type Yoga } from "yoga-layout/load";

const engine: Partial<Yoga> = {};

/** Until then the engine is empty. */
export const loaded: Promise<unknown> = loadYoga().then((yoga) => Object.assign(engine, yoga));

export default engine;
