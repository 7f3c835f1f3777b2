/**
 * The rows that Prisma's schema engine (7.10.0) wrote into `_prisma_migrations` when it still ran the
 * migrations. Databases in use hold such rows. `logs` and `rolled_back_at` were null and
 * `applied_steps_count` was 1 in all of them.
 */
export const PRISMA_ENGINE_RECORDS = [
  {
    id: "30d22af0-27b9-4b54-abbe-cc4864172c07",
    checksum: "cbe10b5bd2536a8d2688efdd1f97df9a06a77f71135ae88c8efde72540e537de",
    migration_name: "20261121000000_tenants_and_sessions",
    started_at: "2026-11-28 23:50:52.168+00",
    finished_at: "2026-11-28 23:50:52.191+00",
  },
  {
    id: "615324ef-4589-446d-b5cc-4c41e1ba9fac",
    checksum: "3583818e65dacbea559655fc5723b9ac2f8b2306d768eeec0e49ac4a9f34e90b",
    migration_name: "20261121003000_tenant_without",
    started_at: "2026-11-28 23:50:52.216+00",
    finished_at: "2026-11-28 23:50:52.233+00",
  },
  {
    id: "c7b18b7d-c188-477b-8e23-74f362c37e88",
    checksum: "a3ec8ae3a7e3284bd624e71c3eb52294775a8291dc4732cc81a2951c96cc2f63",
    migration_name: "20261121010000_outbox",
    started_at: "2026-11-28 23:50:52.25+00",
    finished_at: "2026-11-28 23:50:52.272+00",
  },
  {
    id: "29e59fef-4171-4c32-bd79-99c42701cfd9",
    checksum: "c1721d638e4c381c4717d5db84321732a33db9884539da20e4d29fa9ec1d9ad0",
    migration_name: "20261121020000_thresholds",
    started_at: "2026-11-28 23:50:52.28+00",
    finished_at: "2026-11-28 23:50:52.303+00",
  },
  {
    id: "7a198d73-a8f2-461c-ad96-31bb32e42718",
    checksum: "5d30ae6e3995196fd6b7bdf2e3091fa6101645874a9afe1a998080b4df665823",
    migration_name: "20261121030000_episodes",
    started_at: "2026-11-28 23:50:52.334+00",
    finished_at: "2026-11-28 23:50:52.349+00",
  },
  {
    id: "397920d1-8709-4527-bda7-8d95e6fd3b58",
    checksum: "97098dfaf3ce8039e7e74dab165a308b44265e3fb1ff51f6b90db390a7da986c",
    migration_name: "20261121040000_test_alerts",
    started_at: "2026-11-28 23:50:52.369+00",
    finished_at: "2026-11-28 23:50:52.377+00",
  },
  {
    id: "4eefb06d-3319-4337-99cf-2083b8cca17a",
    checksum: "16c097316448c299cc5c80613620d55f95e812238aeb188cd28e6c680fc45fab",
    migration_name: "20261121050000_retention",
    started_at: "2026-11-28 23:50:52.38+00",
    finished_at: "2026-11-28 23:50:52.387+00",
  },
  {
    id: "e01a8128-0215-4ff1-85d5-83177bfeebbd",
    checksum: "2f01af3bb1fd7e816888b30cab8c01ecbade23b573d3779129d6129bed3328ee",
    migration_name: "20261121100000_attribution",
    started_at: "2026-11-28 23:50:52.399+00",
    finished_at: "2026-11-28 23:50:52.41+00",
  },
  {
    id: "b68d00c5-7afb-4609-b4d3-cc1ebdacdb48",
    checksum: "dfcf31260c3bc4df730fbe28962bd2f597f4725f3cf3ac0cc126a11f1e7566b7",
    migration_name: "20261121200000_notices",
    started_at: "2026-11-28 23:50:52.425+00",
    finished_at: "2026-11-28 23:50:52.436+00",
  },
  {
    id: "d206f61b-5357-4bc1-b4fb-addc420fc401",
    checksum: "1d3783cc868ec0816dfcf3deb0f71704e54e7fca8b4acda90dccd8e33a40493d",
    migration_name: "20261121210000_holds",
    started_at: "2026-11-28 23:50:52.447+00",
    finished_at: "2026-11-28 23:50:52.449+00",
  },
  {
    id: "68cd9732-ef98-4e26-95a0-e040b80f3569",
    checksum: "226e2c2882dd8b1e90e5342562369dd8b609d8fd330100cbd8ffd10b4827f29c",
    migration_name: "20261121220000_tenant_leaving",
    started_at: "2026-11-28 23:50:52.461+00",
    finished_at: "2026-11-28 23:50:52.464+00",
  },
  {
    id: "5a4fee62-4be3-4ab2-9255-7bacab437ee1",
    checksum: "9adcf2cbcb03a38a0d72ad9c284248209a56aa3029a59b93811ffa387b03e943",
    migration_name: "20261121220000_tenant_migrations",
    started_at: "2026-11-28 23:50:52.469+00",
    finished_at: "2026-11-28 23:50:52.47+00",
  },
  {
    id: "2f93f572-54e1-40aa-a84f-5eed25d558bc",
    checksum: "18c555e241b60274fcaa0f6ee28ae1642a4ee8b2249ea0db8943404ba7935364",
    migration_name: "20261121221000_migration_mails",
    started_at: "2026-11-28 23:50:52.479+00",
    finished_at: "2026-11-28 23:50:52.487+00",
  },
  {
    id: "0a62bff0-7787-4c5d-a337-2e778ce3d71d",
    checksum: "3e462d6f3f9f71d9b682c9190ac380d6ed3c0e1886664ea5205c9f43913e05d5",
    migration_name: "20261121223000_departures",
    started_at: "2026-11-28 23:50:52.491+00",
    finished_at: "2026-11-28 23:50:52.495+00",
  },
  {
    id: "466bda44-6dd1-42de-93d6-310f23c56357",
    checksum: "2e1ca04f26d4acd2232115c71f73b3da89d6dd32d357e96225c101a334961f28",
    migration_name: "20261121233000_sign_ins",
    started_at: "2026-11-28 23:50:52.524+00",
    finished_at: "2026-11-28 23:50:52.528+00",
  },
];
