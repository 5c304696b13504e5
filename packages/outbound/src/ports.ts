/**
 * Ports where something else than HTTP is at home, and where an HTTP request could be taken for orders: the ports that
 * the fetch standard blocks from 1024 on, and two databases that read commands line by line.
 */
const notHttp: ReadonlySet<number> = new Set([
  1719, // H.323
  1720, // H.323
  1723, // PPTP
  2049, // NFS
  3659, // Apple's SASL
  4045, // NFS locks
  4190, // ManageSieve
  5060, // SIP
  5061, // SIP over TLS
  6000, // X11
  6379, // Redis
  6566, // SANE
  6665, // IRC
  6666,
  6667,
  6668,
  6669,
  6679, // IRC over TLS
  6697,
  10080, // Amanda
  11211, // memcached
])

/** Why a port is not asked; null: it may be. Below 1024 only HTTP's own two are: mail, name and file servers live there. */
export function judgePort(port: number): string | null {
  if (port === 80 || port === 443) return null
  if (port >= 1024 && port <= 65_535 && !notHttp.has(port)) return null
  return `port ${port} is not asked: Rollcall speaks HTTP on 80, 443 and from 1024 on, except where other protocols are at home`
}
