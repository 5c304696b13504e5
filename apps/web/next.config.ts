import type { NextConfig } from 'next'

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Pictures are drawn, not fetched: the optimizer would only be one more door to the network.
  images: { unoptimized: true },
  // Screens take the pure core and types from the packages of this house, which are TypeScript as written.
  transpilePackages: ['@rollcall/rollout'],
}

export default config
