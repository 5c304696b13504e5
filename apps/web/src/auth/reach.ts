// Which addresses this process may ask: said by the guard, read where all settings are read.
export { reachVariable, readReach } from '@rollcall/outbound'
