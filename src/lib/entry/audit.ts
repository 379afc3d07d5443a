export { type AuditEntry, readAudit } from "../audit/audit-trail.ts";
