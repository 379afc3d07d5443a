export type SampledProgress = ReturnType<typeof createSampledProgress>;

/** The progress of the first inspection. */
export function createSampledProgress() {
  let [seen, all] = [0, 0];
  return {
    begins: (customers: number) => {
      all = customers;
    },
    sees: () => {
      seen += 1;
    },
    text: () => (all === 0 ? "checking" : `checked ${seen} of ${all} ${all === 1 ? "customer" : "customers"}`),
  };
}
