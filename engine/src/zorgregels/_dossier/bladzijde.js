"use strict";
/*
 * Checks the dossier of one decision and then draws it. What is drawn is read from the very bytes that are checked here; all of the page is
 * replaced, head and body, so that nothing else can stand beside the proof. Nothing is fetched and nothing is sent.
 *
 * The format: RFC 9162 (Merkle tree), RFC 8785 (canonical JSON), Ed25519, SHA-256.
 */
(() => {
  // -- bytes ----------------------------------------------------------------------------------------------------

  const subtle = globalThis.crypto ? globalThis.crypto.subtle : undefined;
  const utf8 = new TextEncoder();

  /** What this browser cannot check. Not a fault of the dossier. */
  class KanNiet extends Error {}

  const join = (delen) => {
    const uit = new Uint8Array(delen.reduce((som, d) => som + d.length, 0));
    let hier = 0;
    for (const deel of delen) {
      uit.set(deel, hier);
      hier += deel.length;
    }
    return uit;
  };

  const sha256 = async (...delen) => {
    if (!subtle) throw new KanNiet("deze browser kan hier geen SHA-256 berekenen");
    const ruw = join(delen.map((d) => (typeof d === "string" ? utf8.encode(d) : d)));
    return new Uint8Array(await subtle.digest("SHA-256", ruw));
  };

  const toHex = (ruw) => Array.from(ruw, (b) => b.toString(16).padStart(2, "0")).join("");

  const fromHex = (tekst, lengte) => {
    if (typeof tekst !== "string" || !/^(?:[0-9a-f]{2})*$/.test(tekst) || tekst.length !== 2 * lengte)
      throw new Error(`hier horen ${2 * lengte} hexadecimale cijfers te staan`);
    return Uint8Array.from({ length: lengte }, (_, i) => parseInt(tekst.slice(2 * i, 2 * i + 2), 16));
  };

  const isSigned = async (sleutel, bericht, handtekening) => {
    if (!subtle) throw new KanNiet("deze browser kan hier geen handtekening nagaan");
    let openbaar;
    try {
      openbaar = await subtle.importKey("raw", fromHex(sleutel, 32), { name: "Ed25519" }, false, ["verify"]);
    } catch (fout) {
      if (fout.name === "NotSupportedError") throw new KanNiet("deze browser kent Ed25519 niet; neem een nieuwere");
      throw fout;
    }
    return subtle.verify({ name: "Ed25519" }, openbaar, fromHex(handtekening, 64), utf8.encode(bericht));
  };

  // -- canonical JSON ---------------------------------------------------------------------------------------------

  const canonical = (w) => {
    if (Array.isArray(w)) return `[${w.map(canonical).join(",")}]`;
    if (w !== null && typeof w === "object") {
      const leden = Object.keys(w).sort();
      return `{${leden.map((k) => `${JSON.stringify(k)}:${canonical(w[k])}`).join(",")}}`;
    }
    return JSON.stringify(w);
  };

  /** Read a document that can be written in one way only; what reads otherwise could be read in two ways. */
  const readDocument = (tekst, schema) => {
    const w = JSON.parse(tekst);
    if (canonical(w) !== tekst) throw new Error("het document staat niet in de vaste vorm (RFC 8785)");
    if (schema !== undefined && w.schema !== schema) throw new Error(`het document is geen ${schema}`);
    return w;
  };

  // -- Merkle tree (RFC 9162, 2.1.3.2) ----------------------------------------------------------------------------

  const NUL = Uint8Array.of(0);
  const EEN = Uint8Array.of(1);

  const rootBy = async (blad, nr, omvang, pad) => {
    if (!Number.isSafeInteger(nr) || !Number.isSafeInteger(omvang) || nr < 0 || nr >= omvang)
      throw new Error("dit nummer valt buiten het logboek");
    let plek = nr;
    let laatste = omvang - 1;
    let hash = await sha256(NUL, blad);
    for (const knoop of pad.map((p) => fromHex(p, 32))) {
      if (laatste === 0) throw new Error("het pad is te lang");
      if (plek % 2 === 1 || plek === laatste) {
        hash = await sha256(EEN, knoop, hash);
        while (plek !== 0 && plek % 2 === 0) {
          plek = Math.floor(plek / 2);
          laatste = Math.floor(laatste / 2);
        }
      } else {
        hash = await sha256(EEN, hash, knoop);
      }
      plek = Math.floor(plek / 2);
      laatste = Math.floor(laatste / 2);
    }
    if (laatste !== 0) throw new Error("het pad is te kort");
    return toHex(hash);
  };

  // -- the checks -------------------------------------------------------------------------------------------------

  const GOED = "goed";
  const FOUT = "fout";
  const NIET = "niet";
  const plural = (n, een, meer) => `${n} ${n === 1 ? een : meer}`;
  const list = (namen) => (namen.length < 2 ? namen.join("") : `${namen.slice(0, -1).join(", ")} en ${namen.at(-1)}`);

  /** Run every check; return what was found and all that may be drawn. */
  const verify = async (g) => {
    const keuringen = [];
    /** What a check cannot say because it is not in this dossier is no fault; what this browser cannot do leaves all in doubt. */
    const check = async (naam, werk) => {
      let uit;
      let twijfel = false;
      try {
        uit = await werk();
      } catch (fout) {
        twijfel = fout instanceof KanNiet;
        uit = [twijfel ? NIET : FOUT, `${capital(fout.message)}.`];
      }
      keuringen.push({ naam, status: uit[0], tekst: uit[1], twijfel });
    };

    if (g.schema !== "dossier/v1") throw new Error("dit is geen dossier dat deze bladzijde kent (dossier/v1)");
    const blad = readDocument(g.blad, "journaal/v1");
    const hoofd = readDocument(g.hoofd, "boomhoofd/v1");
    if (blad.soort !== "beslissing") throw new Error("deze vermelding is geen beslissing");

    await check("De handtekening onder de stand van het logboek", async () => {
      const { handtekening, ...rest } = hoofd;
      if (!(await isSigned(hoofd.sleutel, canonical(rest), handtekening)))
        return [FOUT, "De handtekening hoort niet bij deze stand en deze sleutel."];
      return [GOED, `Gezet met de sleutel ${short(hoofd.sleutel)}, over een logboek van ${plural(hoofd.omvang, "vermelding", "vermeldingen")}.`];
    });

    const sleutels = [];
    await check("De sleutel is die van dit logboek", async () => {
      let vorige = null;
      for (const schakel of g.ketting) {
        const w = readDocument(schakel.blad, "journaal/v1");
        fromHex(w.sleutel, 32);
        sleutels.push(w.sleutel);
        if ((await rootBy(utf8.encode(schakel.blad), schakel.nr, hoofd.omvang, schakel.pad)) !== hoofd.wortel)
          return [FOUT, `De sleutel bij vermelding ${schakel.nr} staat niet in dit logboek.`];
        if (vorige === null) {
          if (w.soort !== "begin" || schakel.nr !== 0 || w.log !== hoofd.log)
            return [FOUT, "De eerste vermelding is niet het begin van dit logboek."];
        } else {
          if (w.soort !== "sleutel" || w.nr !== schakel.nr || schakel.nr <= vorige.nr || w.oud !== vorige.sleutel)
            return [FOUT, `De wisseling van sleutel bij vermelding ${schakel.nr} sluit niet aan.`];
          const bericht = canonical({ log: hoofd.log, nr: w.nr, oud: w.oud, sleutel: w.sleutel, tijd: w.tijd });
          if (!(await isSigned(vorige.sleutel, bericht, w.handtekening)))
            return [FOUT, `De wisseling bij vermelding ${schakel.nr} is niet door de vorige sleutel ondertekend.`];
        }
        vorige = { nr: schakel.nr, sleutel: w.sleutel };
      }
      if (vorige === null) return [FOUT, "Het begin van het logboek ontbreekt in dit dossier."];
      if (vorige.sleutel !== hoofd.sleutel)
        return [FOUT, `De stand is ondertekend met ${short(hoofd.sleutel)}, maar de sleutel van het logboek is ${short(vorige.sleutel)}.`];
      const wissels = g.ketting.length - 1;
      return [GOED, wissels === 0
        ? "Zij staat in de eerste vermelding van het logboek."
        : `Zij volgt op de sleutel in de eerste vermelding, na ${plural(wissels, "wisseling", "wisselingen")} waarvoor telkens de vorige tekende.`];
    });

    await check("De vermelding staat in het logboek", async () => {
      if ((await rootBy(utf8.encode(g.blad), g.nr, hoofd.omvang, g.pad)) !== hoofd.wortel)
        return [FOUT, `Vermelding ${g.nr} leidt niet naar de ondertekende wortel: zij, het pad of de stand is veranderd.`];
      return [GOED, `Als nummer ${g.nr} van ${hoofd.omvang}; ${plural(g.pad.length, "stap", "stappen")} van vermelding naar wortel.`];
    });

    const feiten = await readFacts(g);
    const alleFeiten = [...feiten.open, ...feiten.persoonlijk];
    const delen = await readParts(g.delen);
    holdReasons([...alleFeiten, ...delen]);
    await check("De feiten zijn zoals vastgelegd", async () => reportItems(alleFeiten, "feit", "feiten"));

    const stappen = delen.filter((d) => d.soort === "s");
    await check("De motivering is zoals vastgelegd", async () => reportItems(stappen, "stap", "stappen"));
    await check("Wat is afgeleid, en wat verder geldt, is zoals vastgelegd", async () =>
      reportItems(delen.filter((d) => d.soort !== "s"), "deel", "delen"));

    await check("De vermelding is aan precies deze feiten en delen gebonden", async () => {
      // A letter says what each is, a capital that it was encrypted: none passes for another.
      const letter = (d) => (d.dicht ? d.soort.toUpperCase() : d.soort);
      const som = await sha256(...[...alleFeiten, ...delen].flatMap((d) => [letter(d), d.verbintenis]));
      if (`sha256:${toHex(som)}` !== blad.verbintenis)
        return [FOUT, "De feiten en delen samen zijn niet die waaraan de vermelding gebonden is."];
      return [GOED, `${plural(alleFeiten.length, "feit", "feiten")} en ${plural(delen.length, "deel", "delen")} samen geven de verbintenis van de vermelding.`];
    });

    const inhoud = readContent(delen);
    await check("De vermelding en de beslissing zeggen hetzelfde", async () => {
      const anders = [];
      if (inhoud.uitkomst !== undefined && (inhoud.uitkomst !== blad.uitkomst || inhoud.oordeel !== blad.oordeel)) anders.push("de uitkomst");
      const dag = feiten.open.find((f) => f.naam === "zaak.peildatum" && f.tekst !== undefined);
      if (dag && dag.waarde !== blad.peildatum) anders.push("de peildatum");
      if (anders.length) return [FOUT, `Verschillend: ${list(anders)}.`];
      return inhoud.uitkomst === undefined
        ? [NIET, "Het deel met de uitkomst wordt niet getoond. De uitkomst hierboven is die van de vermelding."]
        : [GOED, "Uitkomst, oordeel en peildatum zijn gelijk."];
    });

    const herkomst = await readOrigin(check, g.herkomst, blad.herkomst);
    const woorden = await readWords(check, g, blad, herkomst);

    let digest = null;
    await check("Het kenmerk van de hele beslissing", async () => {
      if (delen.some((d) => d.tekst === undefined)) return [NIET, "Niet alles wordt getoond, en dan is het niet te berekenen."];
      const tekst = delen.length > 1
        ? delen[0].tekst + stappen.map((s) => s.tekst).join(",") + delen.at(-1).tekst
        : delen[0].tekst;
      readDocument(tekst);
      digest = `sha256:${toHex(await sha256(tekst))}`;
      return [GOED, "Berekend over alles wat wordt getoond. Vergelijk het met het kenmerk op het antwoord dat destijds is gegeven."];
    });

    return { g, blad, hoofd, sleutels, keuringen, feiten, delen, stappen, inhoud, herkomst, woorden, digest };
  };

  /** Read items that are shown with a salt, or withheld with their commitment alone. */
  const readItems = async (items, commit) => {
    const uit = [];
    for (const [plek, item] of items.entries()) {
      const verbintenis = fromHex(item.verbintenis, 32);
      if (item.tekst === undefined) {
        uit.push({ verbintenis, dicht: item.dicht === true, waarom: item.waarom, naam: item.naam });
        continue;
      }
      let status = GOED;
      try {
        if (toHex(await commit(item, plek)) !== item.verbintenis) status = FOUT;
      } catch (fout) {
        if (!(fout instanceof KanNiet)) throw fout;
        status = NIET;
      }
      uit.push({ verbintenis, dicht: item.dicht === true, tekst: item.tekst, status });
    }
    return uit;
  };

  /** Mark what cannot be gone as it is said to be: only what was encrypted can, and all of a record is so under one key. */
  const holdReasons = (items) => {
    const leesbaar = items.some((d) => d.dicht && d.tekst !== undefined);
    for (const d of items) d.onwaar = d.tekst === undefined && d.waarom !== "achtergehouden" && (!d.dicht || leesbaar);
  };

  const readFacts = async (g) => {
    const commit = (f) => sha256("f", fromHex(f.zout, 16), f.tekst);
    const read = async (items, persoonlijk) => {
      const feiten = await readItems(items, commit);
      let vorige = "";
      for (const f of feiten) {
        if (f.tekst === undefined) continue;
        const leden = Object.entries(JSON.parse(`{${f.tekst}}`));
        if (leden.length !== 1) throw new Error("bij een feit hoort één naam met één waarde");
        [[f.naam, f.waarde]] = leden;
        if (f.naam <= vorige) throw new Error("de feiten staan niet op volgorde van naam");
        vorige = f.naam;
      }
      return feiten.map((f) => ({ ...f, persoonlijk, soort: "f", dicht: persoonlijk }));
    };
    return { open: await read(g.feiten, false), persoonlijk: await read(g.persoonlijk, true) };
  };

  const readParts = async (items) => {
    const soort = (plek) => (plek === 0 ? "k" : plek === items.length - 1 ? "t" : "s");
    const delen = await readItems(items, async (d, plek) => sha256(soort(plek), fromHex(d.zout, 16), await sha256(d.tekst)));
    return delen.map((d, plek) => ({ ...d, soort: soort(plek), plek }));
  };

  /** Put the parts that are shown together: kop and slot give the members of the Beslissing but its steps. */
  const readContent = (delen) => {
    const kop = delen[0].tekst;
    if (delen.length === 1) return kop === undefined ? {} : JSON.parse(kop);
    const slot = delen.at(-1).tekst;
    for (const d of delen) if (d.soort === "s" && d.tekst !== undefined) d.stap = JSON.parse(d.tekst);
    return {
      ...(kop === undefined ? {} : { afgeleid: JSON.parse(`${kop}]}`).afgeleid }),
      ...(slot === undefined ? {} : JSON.parse(`{"motivering":[${slot}`)),
    };
  };

  const REDEN = { achtergehouden: "achtergehouden", gewist: "gewist", gesloten: "versleuteld" };
  const reason = (item) => REDEN[item.waarom] || "niet getoond";

  const countHidden = (items) => {
    const tel = new Map();
    for (const item of items) if (item.tekst === undefined) tel.set(reason(item), (tel.get(reason(item)) || 0) + 1);
    return [...tel].map(([waarom, n]) => `${n} ${waarom}`);
  };

  const reportItems = (items, een, meer) => {
    const getoond = items.filter((d) => d.tekst !== undefined);
    const fout = getoond.filter((d) => d.status === FOUT);
    const onwaar = items.filter((d) => d.onwaar);
    const which = (d) => d.naam || (d.soort === "f" ? "een feit" : d.soort === "s" ? `stap ${d.plek}` : d.soort === "k" ? "het begin" : "het slot");
    if (fout.length) return [FOUT, `Niet zoals vastgelegd: ${list(fout.map(which))}.`];
    if (onwaar.length) return [FOUT, `Niet versleuteld vastgelegd, of wel te lezen, en dus niet ${reason(onwaar[0])}: ${list(onwaar.map(which))}.`];
    if (getoond.some((d) => d.status === NIET)) throw new KanNiet("deze browser kan hier geen SHA-256 berekenen");
    const weg = countHidden(items);
    if (!items.length) return [GOED, `Er zijn geen ${meer} vastgelegd.`];
    if (!getoond.length) return [NIET, `Geen ${meer} getoond; ${list(weg)}.`];
    return [GOED, `${plural(getoond.length, een, meer)} getoond en nagegaan${weg.length ? `; ${list(weg)}` : ""}.`];
  };

  const readOrigin = async (check, tekst, merk) => {
    let herkomst = null;
    await check("De regelsets, catalogi en versies", async () => {
      if (tekst === null) return [NIET, "Het document daarover zit niet in dit dossier."];
      herkomst = readDocument(tekst);
      if (`sha256:${toHex(await sha256(tekst))}` !== merk) return [FOUT, "Dit zijn niet die waarnaar de vermelding verwijst."];
      return [GOED, `${plural(herkomst.regelsets.length, "regelset", "regelsets")} en ${plural(herkomst.catalogi.length, "catalogus", "catalogi")}.`];
    });
    return herkomst;
  };

  /**
   * Read in which words the question and the facts are described: the documents that were loaded when it was decided. Sectors may give a fact
   * of the same name other words. Those count of which regelsets took part; of the others only what none of those describes, and then by name.
   */
  const readWords = async (check, g, blad, herkomst) => {
    const velden = new Map();
    let vraag = null;
    await check("De omschrijvingen van vraag en feiten", async () => {
      if (g.lading === null) return [NIET, "Zij zitten niet in dit dossier; de namen staan er zoals zij zijn vastgelegd."];
      const merk = `sha256:${toHex(await sha256(g.lading))}`;
      if (merk !== blad.lading) return [FOUT, "De lijst van geladen documenten is niet die van de vermelding."];
      const lading = readDocument(g.lading, "lading/v1");
      const geladen = new Set(lading.sectoren.flatMap((s) => s.feiten));
      const gebruikt = new Set((herkomst ? herkomst.regelsets : []).map((r) => r.digest));
      const deedMee = (s) => s.regelsets.some(([, digest]) => gebruikt.has(digest));
      const soorten = new Map();
      vraag = lading.vragen.find((v) => v.naam === blad.vraag) || null;
      for (const tekst of g.feitsoorten) {
        const digest = `sha256:${toHex(await sha256(tekst))}`;
        if (!geladen.has(digest)) return [FOUT, "Een omschrijving is niet die van destijds."];
        soorten.set(digest, JSON.parse(tekst));
      }
      for (const mee of [true, false]) {
        const nieuw = new Map();
        for (const s of lading.sectoren.filter((x) => deedMee(x) === mee))
          for (const soort of s.feiten.map((digest) => soorten.get(digest)).filter(Boolean))
            for (const [veld, w] of Object.entries(soort.properties)) {
              const naam = `${soort.title}.${veld}`;
              if (velden.has(naam)) continue;
              const woorden = nieuw.get(naam) || nieuw.set(naam, []).get(naam);
              const gelijk = woorden.find((x) => x.tekst === w.description && x.soort === kindOf(w));
              if (gelijk) gelijk.sectoren.push(s);
              else woorden.push({ tekst: w.description, soort: kindOf(w), sectoren: [s], mee });
            }
        for (const [naam, woorden] of nieuw) velden.set(naam, woorden);
      }
      return [GOED, "Zij zijn die van de documenten die bij de beslissing waren geladen."];
    });
    return { velden, vraag };
  };

  const kindOf = (veld) => {
    if (veld.anyOf) return kindOf(veld.anyOf.find((keus) => keus.type !== "null" && keus.const === undefined) || {});
    if (veld.$ref) return veld.$ref.split("/").at(-1);
    return { boolean: "boolean", integer: "getal" }[veld.type] || (veld.enum ? "keuze" : "tekst");
  };

  // -- words ------------------------------------------------------------------------------------------------------

  const MAANDEN = ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"];
  const words = (naam) => naam.replaceAll("_", " ");
  const capital = (tekst) => tekst.charAt(0).toUpperCase() + tekst.slice(1);
  const short = (hex) => `${group(hex.slice(0, 16))} …`;
  const group = (hex) => (hex.match(/.{1,4}/g) || []).join(" ");

  const showDate = (tekst) => {
    const m = /^(\d{4})-(\d{2})-(\d{2})$/.exec(tekst);
    return m && MAANDEN[m[2] - 1] ? `${Number(m[3])} ${MAANDEN[m[2] - 1]} ${m[1]}` : tekst;
  };

  const showTime = (tekst) => {
    const dag = new Date(tekst);
    if (Number.isNaN(dag.getTime())) return tekst;
    const delen = new Intl.DateTimeFormat("nl-NL", { timeZone: "Europe/Amsterdam", dateStyle: "long", timeStyle: "short" }).formatToParts(dag);
    const deel = (soort) => delen.find((d) => d.type === soort).value;
    return `${deel("day")} ${deel("month")} ${deel("year")}, ${deel("hour")}.${deel("minute")} uur`;
  };

  const showEuro = (tekst) => {
    const m = /^(-?)(\d+)\.(\d\d)$/.exec(tekst);
    return m ? `€\u00a0${m[1]}${m[2].replace(/\B(?=(\d{3})+$)/g, ".")},${m[3]}` : `€\u00a0${tekst}`;
  };

  const showValue = (waarde, soort) => {
    if (waarde === null) return "(leeg)";
    if (waarde === true) return "ja";
    if (waarde === false) return "nee";
    if (typeof waarde === "object") return waarde.nvt ? "n.v.t." : canonical(waarde);
    if (soort === "lijst") return plural(waarde, "stuk", "stuks");
    if (soort === "geld" || soort === "breukgeld") return showEuro(String(waarde));
    if (soort === "datum") return showDate(String(waarde));
    if (soort === "keuze") return words(String(waarde));
    return String(waarde);
  };

  const cite = (b) =>
    [
      b.document + (b.kenmerk ? ` (${b.kenmerk})` : ""),
      b.artikel ? `artikel ${b.artikel}` : "",
      b.lid ? `lid ${b.lid}` : "",
      b.onderdeel ? `onder ${b.onderdeel}` : "",
      b.plaats || "",
    ].filter(Boolean).join(", ");

  // -- drawing ----------------------------------------------------------------------------------------------------

  /** Characters that steer how others look, and are not seen themselves, are shown by their number. */
  const ONZICHTBAAR = /([\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}])/u;

  const show = (tekst) =>
    String(tekst).split(ONZICHTBAAR).filter((d) => d !== "").map((deel) => {
      if (!ONZICHTBAAR.test(deel)) return document.createTextNode(deel);
      const teken = document.createElement("span");
      teken.className = "teken";
      teken.textContent = `U+${deel.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
      return teken;
    });

  const el = (naam, eigenschappen, ...kinderen) => {
    const e = document.createElement(naam);
    for (const [k, w] of Object.entries(eigenschappen || {})) if (w !== undefined && w !== null) e.setAttribute(k, w);
    for (const kind of kinderen.flat(Infinity)) {
      if (kind === null || kind === undefined || kind === "") continue;
      if (kind instanceof Node) e.append(kind);
      else e.append(...show(kind));
    }
    return e;
  };
  const cls = (klasse, naam, ...kinderen) => el(naam, { class: klasse }, ...kinderen);
  const value = (tekst) => cls("waarde", "bdi", tekst);
  const hex = (tekst) => cls("hex", "code", tekst);

  const part = (id, kop, ...kinderen) =>
    el("section", { id, "aria-labelledby": `${id}-kop` }, el("h2", { id: `${id}-kop` }, kop), cls("vak", "div", ...kinderen));

  const unfold = (kop, ...kinderen) => el("details", null, el("summary", null, kop), ...kinderen);

  const fieldOf = (naam) => words(naam.slice(naam.indexOf(".") + 1));

  const factName = (naam) => (naam.includes(".") ? [fieldOf(naam), " ", cls("van", "span", words(naam.split(".")[0]))] : [words(naam)]);

  /** A fact by its field, and by its whole name where two would read the same. */
  const shortName = (naam, alle) =>
    alle.filter((ander) => fieldOf(ander) === fieldOf(naam)).length === 1 ? fieldOf(naam) : words(naam.replace(".", " "));

  const pairs = (klasse, paren) =>
    cls(klasse, "dl", paren.filter(Boolean).map(([k, ...w]) => el("div", null, el("dt", null, k), el("dd", null, ...w))));

  const TEKEN = { [GOED]: "✓", [FOUT]: "✗", [NIET]: "–" };
  const ZEGT = { [GOED]: "nagegaan", [FOUT]: "klopt niet", [NIET]: "kan hier niet worden nagegaan" };
  const mark = (status) => el("span", { class: `merk ${status}` }, el("span", { "aria-hidden": "true" }, TEKEN[status]), ` ${ZEGT[status]}`);

  const flaw = (item) => (item.status === FOUT ? [" ", mark(FOUT)] : []);

  const hidden = (item, wat) =>
    cls("weg", "p", `${capital(wat)} is ${reason(item)}`, item.naam ? [": ", el("span", null, factName(item.naam))] : "", ". ",
      cls("klein", "span", "Vastgelegd onder ", hex(toHex(item.verbintenis).slice(0, 16)), " …"));

  const RESULTAAT = { voldaan: "voldaan", niet_voldaan: "niet voldaan", onbekend: "onbekend", van_toepassing: "van toepassing" };
  const EFFECT = { eis: "eis", verbied: "verbod", leid_af: "afleiding", waarschuw: "waarschuwing", verplicht: "verplichting", open: "route" };

  const drawStep = (d, v) => {
    if (d.tekst === undefined) return el("li", { class: "stap" }, hidden(d, `stap ${d.plek}`));
    const s = d.stap;
    const url = /^https?:\/\//.test(s.bron.url || "") ? s.bron.url : null;
    return el("li", { class: "stap" },
      cls("zegt", "p", s.tekst || capital(RESULTAAT[s.resultaat] || s.resultaat), flaw(d)),
      cls("bron", "p", cite(s.bron)),
      url && cls("bron klein", "p", el("a", { href: url, rel: "noreferrer noopener" }, url)),
      s.feiten.length ? pairs("gelezen", s.feiten.map((f) => [shortName(f.feit, s.feiten.map((x) => x.feit)), f.onbekend ? cls("stil", "span", "niet opgegeven") : value(showValue(f.nvt ? { nvt: true } : f.waarde, f.type))])) : null,
      s.leidt_af ? cls("klein", "p", "Hieruit volgt: ", list(s.leidt_af.map((n) => shortName(n, s.leidt_af))), ".") : null,
      cls("klein", "p", `${capital(EFFECT[s.effect] || s.effect)}, ${RESULTAAT[s.resultaat] || s.resultaat}`,
        s.route ? ` · route ${words(s.route)}` : "", " · regel ", el("code", null, s.regel), " · ", el("code", null, s.regelset),
        s.normen.length ? [" · norm ", el("code", null, s.normen.join(", "))] : ""));
  };

  const drawSteps = (stappen, v) => cls("stappen", "ol", stappen.map((d) => drawStep(d, v)));

  const drawWhy = (v) => {
    const telt = v.stappen.filter((d) => d.stap && d.stap.beslissend);
    const weg = v.stappen.filter((d) => d.tekst === undefined);
    const uit = [];
    if (telt.length) uit.push(drawSteps(telt, v));
    else if (v.delen.length === 1) uit.push(el("p", null, "Er is geen regel toegepast: welke versie van de regels geldt, was zonder meer feiten niet te zeggen."));
    else if (!weg.length) uit.push(el("p", null, "Geen enkele regel gaf de doorslag."));
    if (weg.length)
      uit.push(cls("weg", "p", `Niet te zien: ${plural(weg.length, "stap", "stappen")} (${[...new Set(weg.map(reason))].join(", ")}). Ook een stap die de doorslag gaf, kan daarbij zijn.`));
    return part("waarom", "Waarom", uit);
  };

  const drawOthers = (v) => {
    const overig = v.stappen.filter((d) => !(d.stap && d.stap.beslissend));
    if (!overig.length) return null;
    const weg = overig.filter((d) => d.tekst === undefined).length;
    const kop = list([
      ...(overig.length > weg ? [plural(overig.length - weg, "stap die de doorslag niet gaf", "stappen die de doorslag niet gaven")] : []),
      ...(weg ? [plural(weg, "stap die niet te zien is", "stappen die niet te zien zijn")] : []),
    ]);
    return part("ook", "Wat verder is nagelopen", unfold(kop, drawSteps(overig, v)));
  };

  const drawMissing = (v) => {
    const o = v.inhoud.ontbrekend;
    if (!o || !(o.feiten.length || o.gaten.length)) return null;
    return part("ontbreekt", "Wat ontbrak",
      o.feiten.length ? [
        el("p", null, o.bovengrens ? "Niet opgegeven. Niet elk hiervan hoeft de uitkomst te veranderen." : "Niet opgegeven, en van invloed op de uitkomst."),
        el("ul", null, o.feiten.map((f) => el("li", null, f.omschrijving, " ", cls("van", "span", f.feit)))),
      ] : null,
      o.gaten.length ? [
        el("p", null, "De catalogus zwijgt over:"),
        el("ul", null, o.gaten.map((x) => el("li", null, factName(x.feit), " van ", value(x.code), x.op ? ` op ${showDate(x.op)}` : "", " ", cls("van", "span", x.catalogus)))),
      ] : null);
  };

  const drawWarnings = (v) => {
    const w = v.inhoud.waarschuwingen || [];
    return w.length ? part("let-op", "Let op", el("ul", null, w.map((x) => el("li", null, x.tekst, x.regel ? [" ", cls("van", "span", x.regel)] : "")))) : null;
  };

  const drawDuties = (v) => {
    const p = v.inhoud.verplichtingen || [];
    if (!p.length) return null;
    const until = (x) => (x.uiterlijk === null ? "" : x.uiterlijk === "onbekend" ? ", uiterste dag nog niet te bepalen" : `, uiterlijk ${showDate(x.uiterlijk)}`);
    return part("plichten", "Verplichtingen", el("ul", null, p.map((x) => el("li", null, el("strong", null, capital(words(x.wie)), until(x)), ": ", x.plicht, " ", cls("van", "span", x.regel)))));
  };

  const ROUTE = { ja: "open", onbekend: "onbekend", nee: "gesloten" };
  const drawRoutes = (v) => {
    const r = v.inhoud.routes || [];
    if (!r.length) return null;
    const orde = (x) => Object.keys(ROUTE).indexOf(x.uitkomst);
    return part("wegen", "Wegen", pairs("tabel", [...r].sort((a, b) => orde(a) - orde(b)).map((x) => [words(x.route), ROUTE[x.uitkomst] || x.uitkomst,
      x.ontbrekend.length ? cls("klein", "p", "Nog nodig: ", x.ontbrekend.join(", ")) : null])));
  };

  /** What a fact means, in the words of the sector that derived it, or of each sector where they differ. */
  const drawMeaning = (naam, v, sector) => {
    const alle = v.woorden.velden.get(naam) || [];
    const eigen = alle.filter((w) => w.sectoren.some((s) => s.sector === sector));
    const over = eigen.length ? eigen : alle;
    return over.map((w) => cls("klein", "p", over.length > 1 || !w.mee ? [el("strong", null, list(w.sectoren.map((s) => s.titel))), ": "] : "", w.tekst));
  };

  /** Where sectors read a value otherwise it stands as it was recorded. */
  const kindIn = (naam, v) => {
    const soorten = new Set((v.woorden.velden.get(naam) || []).map((w) => w.soort));
    return soorten.size === 1 ? [...soorten][0] : undefined;
  };

  const drawValue = (naam, waarde, v) => {
    if (!Array.isArray(waarde)) return value(showValue(waarde, kindIn(naam, v)));
    if (!waarde.length) return "(een lege lijst)";
    return cls("lijst", "ol", waarde.map((item) => el("li", null, pairs("gelezen", Object.entries(item).map(([k, w]) => [words(k), drawValue(`${naam}.${k}`, w, v)])))));
  };

  const drawFacts = (v) => {
    const alle = [...v.feiten.open, ...v.feiten.persoonlijk].filter((f) => f.naam !== "zaak.peildatum");
    const rijen = alle.map((f) => {
      if (f.tekst === undefined)
        return [f.naam ? factName(f.naam) : cls("stil", "span", "een persoonsgegeven"), cls("weg", "span", reason(f)),
          cls("klein", "p", "Vastgelegd onder ", hex(toHex(f.verbintenis).slice(0, 16)), " …")];
      return [factName(f.naam), drawValue(f.naam, f.waarde, v), flaw(f), f.persoonlijk ? [" ", cls("label", "span", "persoonsgegeven")] : "",
        drawMeaning(f.naam, v)];
    });
    const niet = v.blad.niet_bewaard.filter((naam) => naam !== "zaak.peildatum");
    const namen = alle.some((f) => f.tekst === undefined && f.naam);
    return part("feiten", "De feiten",
      rijen.length ? pairs("tabel", rijen) : el("p", null, "Er zijn geen feiten vastgelegd, behalve de peildatum."),
      niet.length ? cls("klein", "p", `Wel opgegeven, maar niet bewaard omdat geen regel het las of omdat het iemand aanwijst: ${niet.join(", ")}.`) : null,
      namen ? cls("klein", "p", "De naam van een feit dat niet wordt getoond, komt van wie dit dossier maakte en is niet na te gaan.") : null);
  };

  const drawDerived = (v) => {
    if (v.delen[0].tekst === undefined) return part("afgeleid", "Wat daaruit volgde", hidden(v.delen[0], "dit deel"));
    const a = v.inhoud.afgeleid || [];
    if (!a.length) return null;
    return part("afgeleid", "Wat daaruit volgde", unfold(plural(a.length, "afgeleid feit", "afgeleide feiten"),
      pairs("tabel", a.map((x) => [factName(x.feit), value(showValue(x.nvt ? { nvt: true } : x.waarde, x.type)),
        drawMeaning(x.feit, v, x.sector)]))));
  };

  const drawOrigin = (v) => {
    const h = v.herkomst;
    if (h === null) return null;
    const ids = (alle, naam) => cls("ids", "ul", alle.map((x) => el("li", null, el("code", null, x[naam]), x.status ? ` ${x.status}` : "", el("br"), hex(x.digest))));
    return part("herkomst", "Waarmee is beslist",
      pairs("tabel", [
        ["Engine", `zorgregels ${h.engine}, ${h.inferentie}`],
        ["Taal en schema's", `${h.taal}, ${h.schemas}`],
        ["Plugins", list(h.plugins.map((p) => (p.distributie === "-" ? p.plugin : `${p.distributie} ${p.versie}`)))],
      ]),
      h.regelsets.length ? unfold(plural(h.regelsets.length, "regelset", "regelsets"), ids(h.regelsets, "regelset")) : null,
      h.catalogi.length ? unfold(plural(h.catalogi.length, "catalogus", "catalogi"), ids(h.catalogi, "catalogus")) : null);
  };

  const drawProof = (v) => {
    const { g, hoofd } = v;
    const bekend = [...new Set([...v.sleutels, hoofd.sleutel])];
    const rij = (k) => el("li", { "data-status": k.status }, mark(k.status), el("div", null, cls("wat", "p", k.naam), cls("klein", "p", k.tekst)));
    return part("bewijs", "Het bewijs",
      cls("keuringen", "ul", v.keuringen.map(rij)),
      v.digest ? pairs("tabel", [["Kenmerk van de beslissing", hex(v.digest)]]) : null,
      el("h3", { id: "sleutel" }, "Vergelijk de sleutel"),
      el("p", null, "Of de sleutel hieronder echt is van wie zegt te hebben beslist, blijkt niet uit deze bladzijde. Vraag haar op langs een andere weg en vergelijk. Zolang dat niet is gebeurd, kan een ander deze hele bladzijde hebben gemaakt."),
      cls("sleutels", "ul", bekend.map((s, nr) => el("li", null,
        el("span", { class: "klein" }, bekend.length === 1 ? "Openbare sleutel (Ed25519)" : s === hoofd.sleutel ? "Openbare sleutel onder deze stand" : nr === 0 ? "Eerste openbare sleutel van het logboek" : "Tussenliggende openbare sleutel"),
        cls("hex groot", "code", group(s))))),
      drawCompare(bekend),
      unfold("Alle getallen van het bewijs",
        pairs("tabel getallen", [
          ["Logboek", hex(hoofd.log)],
          ["Vermelding", `nummer ${g.nr}`],
          ["Vermelding, letterlijk", hex(g.blad)],
          ["Pad naar de wortel", g.pad.length ? cls("ids", "ol", g.pad.map((p) => el("li", null, hex(p)))) : "leeg: dit is de enige vermelding"],
          ["Stand, letterlijk", hex(g.hoofd)],
          ["Verbintenissen, op volgorde", cls("ids", "ol", [...v.feiten.open, ...v.feiten.persoonlijk, ...v.delen].map((d) => el("li", null, hex(toHex(d.verbintenis)))))],
        ])));
  };

  const drawCompare = (bekend) => {
    const uitslag = el("output", { for: "vergelijk" });
    const veld = el("input", { id: "vergelijk", type: "text", autocomplete: "off", spellcheck: "false", "aria-describedby": "vergelijk-uitleg" });
    veld.addEventListener("input", () => {
      const zoek = veld.value.toLowerCase().replace(/[^0-9a-z]/g, "");
      const gevonden = bekend.includes(zoek);
      uitslag.className = zoek === "" ? "" : gevonden ? GOED : FOUT;
      uitslag.textContent = zoek === "" ? "" : gevonden ? "✓ gelijk aan een sleutel van deze bladzijde" : "✗ niet gelijk aan een sleutel van deze bladzijde";
    });
    return cls("vergelijk niet-op-papier", "div",
      el("label", { for: "vergelijk" }, "De sleutel die u langs een andere weg kreeg"), veld, uitslag,
      el("p", { id: "vergelijk-uitleg", class: "klein" }, "Wat u hier invult, verlaat deze bladzijde niet."));
  };

  const drawLimits = (v) =>
    part("grenzen", "Wat dit niet zegt", el("ul", null,
      el("li", null, "Niet dat de regels het recht juist weergeven, of juist zijn toegepast. Wel wat is vastgelegd: welke regels, op welke feiten, met welke uitkomst."),
      el("li", null, "Niet dat de feiten waar zijn. Wel dat zij zo zijn opgegeven en vastgelegd."),
      el("li", null, "Niet van wie de sleutel is."),
      el("li", null, "Niet dat de klok goed stond: het tijdstip is dat van wie het logboek bijhoudt."),
      el("li", null, "Niet dat het logboek aan iedereen hetzelfde is getoond. Wie een eerdere of latere stand van dit logboek heeft, kan die ermee vergelijken."),
      v.weg ? el("li", null, "Niet wat niet wordt getoond, en ook niet waarom: of iets is gewist of achtergehouden, zegt wie deze bladzijde maakte. Dat er iets is, ligt vast; de uitkomst, de regelsets en het aantal stappen kunnen er wel iets over verraden.") : null,
      el("li", null, "De controle is gedaan door het programma in deze bladzijde. Wie de bladzijde kon veranderen, kon ook dat veranderen. Het hoort letterlijk gelijk te zijn aan ", el("code", null, "_dossier/bladzijde.js"), " van de versie van zorgregels die bovenin het bestand staat.")));

  /** Say what is not shown, and why: ``Achtergehouden: 1 feit en 2 stappen.`` */
  const tellHidden = (v) => {
    const groepen = [
      [[...v.feiten.open, ...v.feiten.persoonlijk], "feit", "feiten"],
      [v.stappen, "stap", "stappen"],
      [v.delen.filter((d) => d.soort !== "s"), "ander deel", "andere delen"],
    ];
    const alle = groepen.flatMap(([items]) => items.filter((d) => d.tekst === undefined));
    return [...new Set(alle.map(reason))].map((waarom) => {
      const tel = groepen.map(([items, een, meer]) => [items.filter((d) => d.tekst === undefined && reason(d) === waarom).length, een, meer]);
      return `${capital(waarom)}: ${list(tel.filter(([n]) => n).map((x) => plural(...x)))}.`;
    });
  };

  const drawVerdict = (v) => {
    const fout = v.keuringen.filter((k) => k.status === FOUT);
    const niet = v.keuringen.filter((k) => k.twijfel);
    const weg = tellHidden(v);
    v.weg = weg.length > 0;
    const sleutel = el("p", { class: "klein" }, "Ondertekend met sleutel ", hex(short(v.hoofd.sleutel)), ". Van wie die is, blijkt hier niet: ", el("a", { href: "#sleutel" }, "vergelijk haar"), ".");
    if (fout.length)
      return [FOUT, el("h1", null, "Deze bladzijde klopt niet"),
        el("p", null, "Wat hier staat, is niet wat in het logboek is vastgelegd, of het bewijs daarvan deugt niet. Gebruik het niet."),
        el("ul", null, fout.map((k) => el("li", null, el("strong", null, k.naam), ": ", k.tekst))), sleutel];
    const tijd = showTime(v.blad.tijd);
    if (niet.length)
      return [NIET, cls("uitslag", "p", el("span", { "aria-hidden": "true" }, "– "), "Niet volledig nagegaan"),
        el("p", null, "Deze browser kon niet alles nagaan. Gebruik een nieuwere browser voordat u op deze bladzijde vertrouwt."),
        el("ul", null, niet.map((k) => el("li", null, el("strong", null, k.naam), ": ", k.tekst))), sleutel];
    return [GOED, cls("uitslag", "p", el("span", { "aria-hidden": "true" }, "✓ "), "Nagegaan"),
      el("p", null, `Alles wat deze bladzijde toont, is zoals het op ${tijd} in het logboek is vastgelegd.`,
        weg.length ? ` Niet alles wordt getoond. ${weg.join(" ")} Waarom niet, zegt wie deze bladzijde maakte.` : ""), sleutel];
  };

  const drawHead = (v, status) => {
    const { blad } = v;
    const concept = (v.herkomst ? v.herkomst.regelsets : []).filter((r) => r.status === "concept").map((r) => r.regelset);
    const naam = capital(words(blad.oordeel));
    return cls("uitspraak", "header",
      el(status === FOUT ? "h2" : "h1", null, status === FOUT ? `De bladzijde zegt: ${naam.toLowerCase()}` : naam),
      cls("vraag", "p", v.woorden.vraag ? v.woorden.vraag.titel : `Vraag: ${words(blad.vraag)}`),
      concept.length || blad.concept ? cls("concept", "p", el("strong", null, "Concept, geen geldend recht. "), concept.length ? list(concept) : "Er mochten conceptregels meedoen.") : null,
      pairs("gegevens", [
        ["Peildatum", showDate(blad.peildatum)],
        blad.bekend_op ? ["Naar wat bekend was op", showDate(blad.bekend_op)] : null,
        ["Beslist", showTime(blad.tijd)],
        ["Vermelding", `nummer ${v.g.nr} van logboek `, hex(`${group(v.hoofd.log.slice(0, 8))} …`)],
      ]));
  };

  const draw = (v) => {
    const [status, ...uitslag] = drawVerdict(v);
    const hoofd = drawHead(v, status);
    const keur = el("div", { class: `keur ${status}`, id: "keur", role: "status", "data-status": status }, uitslag);
    const slot = v.delen.length > 1 && v.delen.at(-1).tekst === undefined ? v.delen.at(-1) : null;
    const inhoud = [
      drawRoutes(v), drawWhy(v), drawMissing(v), drawWarnings(v), drawDuties(v),
      slot ? part("slot", "Wat ontbrak, en wat verder geldt", hidden(slot, "dit deel")) : null,
      drawOthers(v), drawFacts(v), drawDerived(v), drawOrigin(v), drawProof(v), drawLimits(v),
    ].filter(Boolean);
    document.body.replaceChildren(cls("soort", "p", "Dossier van één beslissing"),
      el("main", null, status === FOUT ? [keur, hoofd] : [hoofd, keur], inhoud));
    document.title = status === FOUT ? "Klopt niet · dossier van een beslissing" : `${capital(words(v.blad.oordeel))} · dossier van een beslissing`;
  };

  const drawFault = (fout) => {
    document.body.replaceChildren(el("main", null, el("div", { class: `keur ${FOUT}`, id: "keur", role: "status", "data-status": FOUT },
      el("h1", null, "Deze bladzijde klopt niet"),
      el("p", null, "De gegevens erin zijn niet te lezen, en er is dus niets nagegaan."), cls("klein", "p", fout.message))));
    document.title = "Klopt niet · dossier van een beslissing";
  };

  const openAll = () => document.querySelectorAll("details").forEach((d) => { d.open = true; });

  // -- a page of our own --------------------------------------------------------------------------------------------

  /** The SHA-256 of bladzijde.css: another style could hide what is drawn, or put words beside it. */
  const STIJL = "a2dbad379140aa97abedbc50a07c9df38f10bb89a7cb4c0ffa2a88a5754313d4";

  /** The root, not by way of `document`: an element that is called `body` stands in the place of what `document.body` is. */
  const root = () => Document.prototype.querySelector.call(document, ":root");

  /** Leave of the file nothing but the data, its policy, this program and its style; return the text of the data. */
  const clear = async () => {
    const html = root();
    const find = (wat) => html.querySelector(wat);
    if (find("meta[http-equiv=refresh i]")) stop(); // or another page comes in the place of this one
    const gegevens = find("script#gegevens");
    const opmaak = find("style");
    const eigen = [find("meta[http-equiv='Content-Security-Policy']"), gegevens, find("head > script:not([type])")].filter(Boolean);
    // A new body and a new head: a shadow root or an attribute stays with the element that has it.
    html.replaceChildren();
    for (const naam of html.getAttributeNames()) html.removeAttribute(naam);
    html.lang = "nl";
    const kijk = el("meta", { name: "viewport", content: "width=device-width, initial-scale=1" });
    html.append(el("head", null, kijk, eigen), el("body", null, el("p", { role: "status" }, "Bezig met nagaan …")));
    const tekst = opmaak ? opmaak.textContent : "";
    if (subtle && toHex(await sha256(tekst)) === STIJL) {
      const stijl = document.createElement("style");
      stijl.textContent = tekst;
      document.head.append(stijl);
    }
    return gegevens.textContent;
  };

  const start = async () => {
    try {
      draw(await verify(JSON.parse(await clear())));
    } catch (fout) {
      drawFault(fout);
    }
    document.documentElement.classList.add("klaar");
  };

  root().classList.add("bezig");
  addEventListener("beforeprint", openAll);
  addEventListener("DOMContentLoaded", start); // it stands in the file itself, and is never later than that
})();
