/// <reference types="svelte" />
/// <reference types="vite/client" />

/** The version in package.json, put in by Vite. */
declare const __UI_VERSION__: string;
