// Does on a database what the existing application does on it: reads, writes and changes every table through its Prisma
// client, in transactions and with relations. Reads a JSON task from its input and prints what it saw as JSON.
import { readFileSync } from 'node:fs';
import { PrismaPg } from '@prisma/adapter-pg';
import { Prisma, PrismaClient } from '@prisma/client';

const task = JSON.parse(readFileSync(0, 'utf8'));
const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: task.url }) });

/** Every model, as the name of its delegate: ParentProfile → parentProfile. */
const models = Prisma.dmmf.datamodel.models.map(({ name }) => name);
const delegate = (model, client = prisma) => client[model[0].toLowerCase() + model.slice(1)];

/** What an error says to the existing application: the code that its routes look at. */
const code = (error) => error.code ?? error.name;
const refusal = (promise) => promise.then(() => null, code);

/** Every row of every table, by the existing application's own reading. */
async function readEverything() {
  const counts = {};
  for (const model of models) counts[model] = (await delegate(model).findMany()).length;
  return counts;
}

/** The reads of its pages, relations included. */
async function readPages() {
  const students = await prisma.student.findMany({
    include: {
      user: true,
      parent: { include: { user: true } },
      sessions: { include: { coach: { include: { user: true } } }, orderBy: { scheduledAt: 'desc' } },
      subscriptions: { where: { status: 'ACTIVE' } },
      creditTransactions: true,
      badges: { include: { badge: true } },
      bilans: true,
      ariaConversations: { include: { messages: true } },
      memories: true,
      reports: true,
      profileData: true,
      subscriptionRequests: true,
    },
    orderBy: { id: 'asc' },
  });
  const users = await prisma.user.findMany({
    include: {
      parentProfile: { include: { children: true } },
      coachProfile: true,
      studentProfile: true,
      availabilities: true,
      payments: true,
      sentMessages: true,
      receivedMessages: true,
      bookingsAsStudent: { include: { notifications: true, reminders: true } },
    },
  });
  const balance = await prisma.creditTransaction.aggregate({ _sum: { amount: true }, where: { studentId: students[0].id } });
  const byStatus = await prisma.session.groupBy({ by: ['status'], _count: true });
  return {
    students: students.length,
    sessions: students.reduce((sum, student) => sum + student.sessions.length, 0),
    users: users.length,
    children: users.reduce((sum, user) => sum + (user.parentProfile?.children.length ?? 0), 0),
    balance: balance._sum.amount,
    statuses: Object.fromEntries(byStatus.map(({ status, _count }) => [status, _count])),
  };
}

/** Rows of every table, each written, changed and read back. `extra` keeps the rows of two runs apart. */
async function writeEverything(extra) {
  const at = new Date('2026-03-29T01:30:00.123Z');
  const user = (role, name) => ({ email: `${name}.${extra}@exemple.tn`, role, firstName: 'Zoé', lastName: 'Œuvrard', password: null });
  const family = await prisma.user.create({
    data: {
      ...user('PARENT', 'parent'),
      parentProfile: {
        create: { city: 'Tunis', children: { create: { grade: 'Première', freemiumUsage: { date: 'été' }, user: { create: user('ELEVE', 'eleve') } } } },
      },
    },
    include: { parentProfile: { include: { children: true } } },
  });
  const student = family.parentProfile.children[0];
  const coachUser = await prisma.user.create({
    data: { ...user('COACH', 'coach'), coachProfile: { create: { pseudonym: `Hélios ${extra}`, subjects: '["NSI"]' } } },
    include: { coachProfile: true },
  });
  const coach = coachUser.coachProfile;
  const pack = await prisma.creditPack.create({ data: { credits: 50, priceTnd: 499.999 } });
  const wallet = await prisma.creditWallet.create({ data: { userId: family.id, balance: 7 } });
  const booking = await prisma.sessionBooking.create({
    data: { studentId: student.userId, coachId: coachUser.id, parentId: family.id, subject: 'NSI', title: 'R', scheduledDate: at, startTime: '09:00', endTime: '10:00', duration: 60 },
  });
  const badge = await prisma.badge.create({ data: { name: `Badge ${extra}`, description: '', category: 'CURIOSITE', condition: 'x' } });
  const page = await prisma.legalPage.create({ data: { slug: `page-${extra}`, title: 'Page', contentMd: '# é', contentHash: 'h', placeholders: { a: 1 } } });
  const document = await prisma.userDocument.create({ data: { originalName: 'cours.pdf', mime: 'application/pdf', storageKey: `rag/${extra}`, meta: { hash: extra } } });
  const conversation = await prisma.ariaConversation.create({ data: { studentId: student.id, subject: 'NSI', messages: { create: [{ role: 'USER', content: 'Bonjour' }] } } });

  const rows = {
    User: [{ id: family.id }, { phone: '+216' }],
    ParentProfile: [{ id: family.parentProfile.id }, { city: 'Sousse' }],
    Student: [{ id: student.id }, { credits: 3, guaranteeActivatedAt: at }],
    CoachProfile: [{ id: coach.id }, { tag: '🎯' }],
    CreditPack: [{ id: pack.id }, { bonus: 5, priceTnd: 0.1 + 0.2 }],
    CreditWallet: [{ id: wallet.id }, { updatedAt: at }],
    SessionBooking: [{ id: booking.id }, { status: 'COMPLETED', rating: 5, completedAt: at }],
    Badge: [{ id: badge.id }, { icon: '⚡' }],
    LegalPage: [{ id: page.id }, { version: { increment: 1 } }],
    UserDocument: [{ id: document.id }, { status: 'INDEXED' }],
    AriaConversation: [{ id: conversation.id }, { title: 'Pile' }],
    AriaMessage: [{ id: (await prisma.ariaMessage.findFirstOrThrow({ where: { conversationId: conversation.id } })).id }, { feedback: true }],
  };
  const create = async (model, data, change) => {
    const row = await delegate(model).create({ data });
    const key = ['id', 'key', 'code'].find((name) => name in row);
    rows[model] = [{ [key]: row[key] }, change];
    return row;
  };
  await create('StudentProfile', { userId: student.userId, grade: 'Première', birthDate: at }, { school: 'Lycée' });
  await create('StudentProfileData', { studentId: student.id, pedagoProfile: { rythme: 'régulier' } }, { pedagoRawAnswers: [1, null] });
  await create('CoachAvailability', { coachId: coachUser.id, dayOfWeek: 1, startTime: '09:00', endTime: '12:00' }, { validUntil: at });
  await create('Session', { studentId: student.id, coachId: coach.id, type: 'COURS_ONLINE', subject: 'NSI', title: 'Séance', scheduledAt: at, duration: 60, creditCost: 1.25 }, { status: 'CONFIRMED', duration: 90 });
  await create('SessionNotification', { sessionId: booking.id, userId: coachUser.id, type: 'SESSION_BOOKED', title: '', message: '' }, { status: 'SENT', sentAt: at });
  await create('SessionReminder', { sessionId: booking.id, reminderType: 'ONE_DAY_BEFORE', scheduledFor: at }, { sent: true, sentAt: at });
  await create('StudentReport', { studentId: student.id, coachId: coach.id, title: 'B', content: '', period: '2026-03' }, { averageGrade: 13.3 });
  await create('Subscription', { studentId: student.id, planName: 'HYBRIDE', monthlyPrice: 450, creditsPerMonth: 4, status: 'ACTIVE', startDate: at }, { endDate: at });
  await create('SubscriptionRequest', { studentId: student.id, requestType: 'PLAN_CHANGE', monthlyPrice: 449.9, status: 'PENDING', requestedBy: 'Zoé', requestedByEmail: 'z@exemple.tn' }, { status: 'APPROVED', processedBy: 'Anaïs', processedAt: at });
  await create('CreditTransaction', { studentId: student.id, type: 'USAGE', amount: -1.25, description: 'Séance' }, { amount: -0.1 - 0.2 });
  await create('CreditUsage', { key: `SOS_${extra}`, credits: 2 }, { credits: 3 });
  await create('Payment', { userId: family.id, type: 'CREDIT_PACK', amount: 99.9, description: 'Pack', method: 'konnect', externalId: `p-${extra}`, metadata: { clés: ['a'] } }, { status: 'COMPLETED' });
  await create('PaymentRecord', { provider: 'konnect', externalId: `r-${extra}`, userId: family.id, packId: pack.id, amountTnd: 0.1 + 0.2 }, { status: 'paid' });
  // Its routes only add movements; the ledger refuses anything else.
  await create('CreditTx', { walletId: wallet.id, delta: 7, reason: 'PACK_1', packId: pack.id, externalId: `x-${extra}` }, null);
  await create('Pricing', { service: `Service ${extra}`, variable: 'prix', valeur: 80.5 }, { valeur: 80.55 });
  await create('ProductPricing', { itemType: 'ADDON', itemKey: `K_${extra}`, amount: 40, description: '' }, { active: false });
  await create('OfferBinding', { code: `O_${extra}`, label: 'Offre', refs: [{ variable: 'x', label: 'é' }] }, { includeAria: true });
  await create('Bilan', { studentId: student.id, qcmRaw: { q1: 1 }, pedagoRaw: {}, qcmScores: {}, pedagoProfile: {}, synthesis: { forces: ['é'] }, offers: {} }, { pdfBlob: Buffer.from('%PDF-'), generatedAt: at });
  await create('IngestJob', { docId: document.id }, { status: 'DONE', progress: 100 });
  await create('PedagogicalContent', { title: 'T', content: 'C', subject: 'NSI' }, { tags: '["fiche"]' });
  await create('Memory', { studentId: student.id, kind: 'PLAN', content: 'Revoir' }, { meta: { jusqu: 'juin' } });
  await create('StudentBadge', { studentId: student.id, badgeId: badge.id }, { earnedAt: at });
  await create('Notification', { userId: family.id, userRole: 'PARENT', type: 'CREDIT_REQUEST', title: '', message: '', data: '{}' }, { read: true });
  await create('Message', { senderId: family.id, receiverId: coachUser.id, content: 'Bonjour' }, { readAt: at });
  await create('LegalVersion', { pageId: page.id, slug: page.slug, title: 'P', contentMd: '', version: 1, contentHash: 'h' }, { gitCommit: 'abc' });
  await create('AuditLog', { actor: 'ADMIN', action: 'legal:update', diff: { slug: page.slug } }, null);
  for (const [model, data, change] of [
    ['PaymentSettings', { allowCash: false }, { cashNote: 'À l’accueil' }],
    ['BillingPolicy', {}, { annualDepositPct: 30 }],
  ]) {
    const row = await delegate(model).upsert({ where: { id: 1 }, create: data, update: data });
    rows[model] = [{ id: row.id }, change];
  }
  // Its client cannot name a vector: its routes write and search chunks in SQL.
  const vector = `[${Array(3072).fill(extra.charCodeAt(0)).join(',')}]`;
  const chunk = `k${extra}`;
  await prisma.$executeRaw`INSERT INTO knowledge_assets ("id", "docId", "subject", "level", "chunk", "tokens", "embedding", "meta")
    VALUES (${chunk}, ${document.id}, 'NSI', 'TERMINALE', 'Une pile', 3, ${vector}::vector, '{}'::jsonb)`;
  rows.KnowledgeAsset = [{ id: chunk }, { chunk: 'Une pile est une structure.' }];
  const [nearest] = await prisma.$queryRaw`SELECT id FROM knowledge_assets ORDER BY embedding <-> ${vector}::vector LIMIT 1`;

  const readBack = {};
  for (const model of models) {
    const [where, change] = rows[model];
    if (change) await delegate(model).update({ where, data: change });
    readBack[model] = await delegate(model).findUniqueOrThrow({ where });
  }
  return { readBack, nearestIsOurs: nearest.id === chunk, ids: { student: student.id, wallet: wallet.id, family: family.id, coach: coach.id, coachUser: coachUser.id, pack: pack.id } };
}

/** Its two kinds of transaction; the second one is given up. */
async function transact(ids) {
  await prisma.$transaction([
    prisma.creditWallet.update({ where: { id: ids.wallet }, data: { balance: { increment: 7 } } }),
    prisma.creditTx.create({ data: { walletId: ids.wallet, delta: 7, reason: 'PACK_1' } }),
  ]);
  const givenUp = await refusal(
    prisma.$transaction(async (tx) => {
      await tx.creditWallet.update({ where: { id: ids.wallet }, data: { balance: { decrement: 3 } } });
      await tx.creditTx.create({ data: { walletId: ids.wallet, delta: -3, reason: 'SOS_15' } });
      throw Object.assign(new Error('given up'), { code: 'GIVEN_UP' });
    }),
  );
  const { balance } = await prisma.creditWallet.findUniqueOrThrow({ where: { id: ids.wallet } });
  return { givenUp, balance, entries: await prisma.creditTx.count({ where: { walletId: ids.wallet } }) };
}

/** What the database refuses from now on, in the words that the existing application hears. */
async function meetRules(ids, extra) {
  const record = (externalId) => ({ data: { provider: 'cash', externalId, userId: ids.family, packId: ids.pack, amountTnd: 1 } });
  await prisma.paymentRecord.create(record('cash-reservation'));
  await prisma.paymentRecord.create(record('cash-reservation'));
  await prisma.paymentRecord.create(record(`once-${extra}`));
  const session = { studentId: ids.student, coachId: ids.coach, type: 'COURS_ONLINE', subject: 'NSI', title: 'S', scheduledAt: new Date('2026-03-29T02:00:00Z'), duration: 60, creditCost: 1 };
  return {
    repeatedPayment: await refusal(prisma.paymentRecord.create(record(`once-${extra}`))),
    repeatedAddress: await refusal(prisma.user.create({ data: { email: ` PARENT.${extra}@exemple.TN`, role: 'PARENT' } })),
    overlap: (await refusal(prisma.session.create({ data: session }))) !== null,
    movement: (await refusal(prisma.creditTx.updateMany({ where: { walletId: ids.wallet }, data: { delta: 0 } }))) !== null,
    negative: (await refusal(prisma.creditWallet.update({ where: { id: ids.wallet }, data: { balance: -1 } }))) !== null,
    orphan: await refusal(prisma.notification.create({ data: { userId: 'personne', userRole: 'PARENT', type: 'X', title: '', message: '', data: '{}' } })),
    parentWithChildren: (await refusal(prisma.user.delete({ where: { id: ids.family } }))) !== null,
    // What it deletes every day, it still deletes.
    availability: (await prisma.coachAvailability.deleteMany({ where: { coachId: ids.coachUser } })).count,
    unsold: await refusal(prisma.creditPack.create({ data: { credits: 1, priceTnd: 1 } }).then(({ id }) => prisma.creditPack.delete({ where: { id } }))),
  };
}

const todo = {
  read: async () => ({ counts: await readEverything(), pages: await readPages() }),
  write: async () => {
    const written = await writeEverything(task.extra);
    return { ...written, transactions: await transact(written.ids), rules: await meetRules(written.ids, task.extra) };
  },
  // A page with somebody's wallet, whatever it holds.
  wallet: async () => ({ error: await refusal(prisma.creditWallet.findMany({ include: { tx: true } })), rows: await prisma.creditWallet.findMany({ include: { tx: true } }).catch(() => null) }),
  user: async () => prisma.user.findUniqueOrThrow({ where: { id: task.id } }),
};
const answer = await todo[task.what]();
process.stdout.write(JSON.stringify(answer));
await prisma.$disconnect();
