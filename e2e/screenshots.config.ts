import { defineConfig } from '@playwright/test'
import stories from './playwright.config.ts'

// The pictures are taken as the stories are told: same world, same browser. They prove nothing, so they are no story.
export default defineConfig({ ...stories, testDir: './pictures', testMatch: '**/*.picture.ts' })
