'use client'

import { notifications } from '@mantine/notifications'

const closeButtonProps = { 'aria-label': 'Put away' }

/** Says that something was done. Goes away by itself. */
export function toastDone(title: string, message?: string): void {
  notifications.show({ title, message: message ?? '', color: 'var(--good)', autoClose: 5000, closeButtonProps })
}

/** Says that something was refused and what would make it possible. Stays until it is put away. */
export function toastRefused(title: string, message: string | null): void {
  notifications.show({
    title,
    message: message ?? '',
    color: 'var(--bad)',
    autoClose: false,
    role: 'alert',
    closeButtonProps,
  })
}
