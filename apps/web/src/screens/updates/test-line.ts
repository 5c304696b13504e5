import type { ExternalDeployView } from '@rollcall/services'
import { curlLine } from '../../components/curl.ts'

/** A line that sends an update as its repository would. As it stands it only asks what would be: `dry_run`. */
export function testLine(
  origin: string,
  deploy: ExternalDeployView | undefined,
  environment: string | undefined,
): string {
  return curlLine(origin, 'POST', '/external-updates', {
    source_repo: deploy?.source_repo ?? 'owner/repository',
    deploy_name: deploy?.deploy_name ?? 'component',
    environment: environment ?? 'staging',
    sha: '0123456789abcdef0123456789abcdef01234567',
    version: 'v1.2.3',
    dry_run: true,
  })
}
