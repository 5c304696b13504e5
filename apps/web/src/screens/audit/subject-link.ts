import type { AuditRow } from '@rollcall/services'

/** The page of what a row is about; null where there is none. */
export function subjectHref({ subject: { type, id, name } }: AuditRow): string | null {
  if (id === '') return null
  switch (type) {
    case 'apply':
      return `/applies/${id}`
    case 'operation':
      return `/operations/${id}`
    case 'update':
      return `/updates/${id}`
    case 'promotion':
      return `/promotions/${id}`
    case 'delivery':
      return `/webhooks/deliveries/${id}`
    case 'environment':
      return name === null ? null : `/fleet?environment=${encodeURIComponent(name)}`
    case 'configuration':
      return '/components/configuration'
    default:
      return null
  }
}

/** Nothing but who may see it is told of what names an environment that one may not see. */
export const subjectText = ({ subject: { type, id, name }, withheld }: AuditRow): string =>
  withheld && id === '' ? type.replace('_', ' ') : (name ?? id)
