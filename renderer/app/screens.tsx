// The screens of a dataset. Each is loaded when it is first opened.
import {
  IconChartDots3,
  IconChecklist,
  IconGridDots,
  IconLayoutGrid,
  IconListSearch,
  IconTable,
  IconVersions,
  type Icon,
} from '@tabler/icons-react'
import { lazy, type ComponentType } from 'react'
import type { ScreenId } from '../session/screens.ts'

export interface Screen {
  readonly id: ScreenId
  readonly title: string
  /** The letter after `g`. */
  readonly key: string
  readonly icon: Icon
  readonly Component: ComponentType
}

export const screens: readonly Screen[] = [
  {
    id: 'overview',
    title: 'Overview',
    key: 'o',
    icon: IconListSearch,
    Component: lazy(() => import('../overview/overview-view.tsx').then((m) => ({ default: m.OverviewView }))),
  },
  {
    id: 'gallery',
    title: 'Gallery',
    key: 'g',
    icon: IconLayoutGrid,
    Component: lazy(() => import('../gallery/gallery-view.tsx').then((m) => ({ default: m.GalleryView }))),
  },
  {
    id: 'table',
    title: 'Table',
    key: 't',
    icon: IconTable,
    Component: lazy(() => import('../table/table-view.tsx').then((m) => ({ default: m.TableView }))),
  },
  {
    id: 'slices',
    title: 'Slices',
    key: 's',
    icon: IconChartDots3,
    Component: lazy(() => import('../slices/slices-view.tsx').then((m) => ({ default: m.SlicesView }))),
  },
  {
    id: 'confusion',
    title: 'Confusion',
    key: 'c',
    icon: IconGridDots,
    Component: lazy(() => import('../confusion/confusion-view.tsx').then((m) => ({ default: m.ConfusionView }))),
  },
  {
    id: 'models',
    title: 'Models',
    key: 'm',
    icon: IconVersions,
    Component: lazy(() => import('../models/models-view.tsx').then((m) => ({ default: m.ModelsView }))),
  },
  {
    id: 'review',
    title: 'Review',
    key: 'r',
    icon: IconChecklist,
    Component: lazy(() => import('../review/review-view.tsx').then((m) => ({ default: m.ReviewView }))),
  },
]
