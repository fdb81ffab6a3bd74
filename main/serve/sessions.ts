// Who may talk to the server: a token that opens one session, and the cookie that stands for it afterwards.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

export interface Sessions {
  /** A new token, good for one exchange. */
  issueToken(): string
  /** The Set-Cookie value of a new session; null if the token is unknown or spent. */
  exchange(token: string): string | null
  /** Whether a Cookie header names a live session. */
  isAuthorised(cookieHeader: string | undefined): boolean
}

/** `cookieName` differs between servers on one machine: browsers do not tell ports apart when they send cookies. */
export function createSessions(cookieName: string): Sessions {
  const tokens = new SecretSet()
  const sessions = new SecretSet()
  return {
    issueToken: () => tokens.create(),
    exchange(token) {
      if (!tokens.take(token)) return null
      return `${cookieName}=${sessions.create()}; Path=/; HttpOnly; SameSite=Strict`
    },
    isAuthorised(cookieHeader) {
      const cookies = (cookieHeader ?? '').split(';').map((part) => part.trim())
      const prefix = `${cookieName}=`
      return cookies.some((cookie) => cookie.startsWith(prefix) && sessions.has(cookie.slice(prefix.length)))
    },
  }
}

/** Secrets kept as digests, compared in constant time. */
class SecretSet {
  readonly #digests: Buffer[] = []

  create(): string {
    const secret = randomBytes(32).toString('base64url')
    this.#digests.push(digest(secret))
    return secret
  }

  has(secret: string): boolean {
    return this.#indexOf(secret) !== -1
  }

  take(secret: string): boolean {
    const index = this.#indexOf(secret)
    if (index !== -1) this.#digests.splice(index, 1)
    return index !== -1
  }

  #indexOf(secret: string): number {
    const wanted = digest(secret)
    return this.#digests.findIndex((known) => timingSafeEqual(known, wanted))
  }
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
