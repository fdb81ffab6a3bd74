// The id under which the embedded sample is imported.

export const sampleDatasetId = 'foible-sampler'
