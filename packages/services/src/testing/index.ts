export { driveTo, shaReading } from './drive.ts'
export { type TestWorld, type TestWorldOptions, testWorld } from './world.ts'
