/** What the endpoint answers to a small request. */
export const smallBody = '{"id":7,"name":"Ada Lovelace","email":"ada@example.com","roles":["customer"],"active":true}';
