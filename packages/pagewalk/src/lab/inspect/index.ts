/** What is in a trace, and what is odd about it. */
export { type Inspected, type InspectOptions, inspect } from './inspect.ts';
export {
  type Finding,
  INSPECTION_SCHEMA,
  type InspectedRegion,
  type Inspection,
  inspectionJsonSchema,
  inspectionSchema,
} from './schema.ts';
