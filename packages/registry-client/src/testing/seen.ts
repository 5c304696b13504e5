import type { SeenRequest as AnyRequest, TestServer as AnyServer } from '@rollcall/outbound/testing'

/** Blobs are bytes. */
export type SeenRequest = AnyRequest<Buffer>
export type TestServer = AnyServer<Buffer>
