// The program's mark: a frame with one tile that went wrong.

export function FoibleMark({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      <g fill="currentColor">
        <rect x="1" y="1" width="8" height="8" rx="1.5" opacity="0.9" />
        <rect x="11" y="1" width="8" height="8" rx="1.5" opacity="0.55" />
        <rect x="1" y="11" width="8" height="8" rx="1.5" opacity="0.55" />
      </g>
      <path d="M12 12l6 6M18 12l-6 6" stroke="var(--f-wrong)" strokeWidth="2.4" strokeLinecap="round" />
    </svg>
  )
}
