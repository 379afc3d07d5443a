export type SampledProgress = ReturnType<typeof createSampledProgress>;

/** How far the first look is. */
export function createSampledProgress() {
  let [seen, all] = [0, 0];
  return {
    begins: (customers: number) => {
      all = customers;
    },
    sees: () => {
      seen += 1;
    },
    text: () => (all === 0 ? "looking" : `looked at ${seen} of ${all} ${all === 1 ? "Customer" : "Customers"}`),
  };
}
