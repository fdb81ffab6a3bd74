// What to do about a provider that does not start, from what the runtime and its drivers say. Pure.

interface Advice {
  readonly provider: string
  readonly said: RegExp
  readonly advice: Partial<Record<NodeJS.Platform, string>>
}

const known: readonly Advice[] = [
  {
    provider: 'webgpu',
    said: /adapter|vulkan|no supported/i,
    advice: {
      linux:
        'no graphics driver for Vulkan was found: install mesa-vulkan-drivers (Debian, Ubuntu, Fedora), vulkan-radeon or vulkan-intel (Arch), or NVIDIA’s driver',
      win32: 'no graphics driver for Direct3D 12 was found: install the driver of the graphics card’s maker',
      darwin: 'no graphics card for Metal was found',
    },
  },
  {
    provider: 'cuda',
    said: /driver version is insufficient|CUDA failure 35/i,
    advice: { linux: 'the NVIDIA driver is older than CUDA 12 needs: install 525 or newer' },
  },
  {
    provider: 'cuda',
    said: /no CUDA-capable device|CUDA failure 100/i,
    advice: { linux: 'no NVIDIA card is at hand: in a container, start it with --gpus all' },
  },
  {
    provider: 'cuda',
    said: /cudnn/i,
    advice: { linux: 'cuDNN 9 for CUDA 12 is missing or another version: install libcudnn9-cuda-12' },
  },
  {
    provider: 'dml',
    said: /./,
    advice: { win32: 'DirectML does not run here: it needs Windows 10 1903 or newer and a driver for Direct3D 12' },
  },
]

/** Where in onnxruntime's sources something was not as it should be: nothing that helps anybody here. */
const failedCheck = /^\/\S+:\d+ .*? was false\. /s

/** `reason` as a sentence that ends with a full stop, after what can be done about it where that is known. */
export function explainFailure(provider: string, reason: string, platform: NodeJS.Platform): string {
  const said = reason.replace(failedCheck, '').replace(/\.?\s*$/, '')
  const advice = known.find((entry) => entry.provider === provider && entry.said.test(reason))?.advice[platform]
  return advice === undefined ? `${said}.` : `${advice} (${said}).`
}
