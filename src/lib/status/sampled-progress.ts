export type Progress = ReturnType<typeof createProgress>;

/** How far the first look is. */
export function createProgress() {
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
