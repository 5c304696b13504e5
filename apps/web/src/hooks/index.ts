export { type HookReceiver, openHookReceiver } from './receiver.ts'
export { isHook, serveHook } from './serve.ts'
