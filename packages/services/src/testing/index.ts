export { driveTo, shaReading } from './drive.ts'
export { completed, failed, type TestPlace, testPlace, transient } from './place.ts'
export { snapshot } from './snapshot.ts'
export { type TestWorld, type TestWorldOptions, testWorld } from './world.ts'
