export const acceptConsent = async (_a: string, _b: string) => "todo";
