export const adminPage = '<!doctype html><title>demo fleet</title>'
