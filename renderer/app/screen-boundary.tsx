// Keeps a bug in one screen from taking the others along. It is logged, and the screen can be tried again.
import { Button } from '@mantine/core'
import { Component, type ErrorInfo, type ReactNode } from 'react'
import { EmptyNote } from '../common/notes.tsx'

interface State {
  readonly error: Error | null
}

export class ScreenBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null }

  static getDerivedStateFromError(error: Error): State {
    return { error }
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error(error, info.componentStack)
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children
    return (
      <EmptyNote
        title="This screen ran into a bug"
        actions={
          <Button variant="default" onClick={() => this.setState({ error: null })}>
            Try again
          </Button>
        }
      >
        Your data is safe. {this.state.error.message}
      </EmptyNote>
    )
  }
}
