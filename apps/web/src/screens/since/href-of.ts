import type { SinceItem } from '@rollcall/services'

/** The page that a line is about. */
export function hrefOf({ subject: { type, id } }: Pick<SinceItem, 'subject'>): string {
  switch (type) {
    case 'apply':
      return `/applies/${id}`
    case 'promotion':
      return `/promotions/${id}`
    case 'update':
      return `/updates/${id}`
    case 'environment':
      return `/fleet?environment=${encodeURIComponent(id)}`
    case 'alert':
      return '/'
    case 'audit':
      return `/audit/${id}`
  }
}
