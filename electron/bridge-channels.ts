// Names of the messages between the preload script and the main process.
export const bridgeChannels = {
  requestPort: 'engine-port-request',
  port: 'engine-port',
  pick: 'pick-place',
  place: 'place-for-path',
} as const

export type PickKind = 'folder' | 'file' | 'save-folder'
