// Written by generate_entities.py.
#include <string.h>

#include "cunicode_entities.h"

static const char text[] =
    "AEligAElig;AMPAMP;AacuteAacute;Abreve;AcircAcirc;Acy;Afr;AgraveAgrave;Alpha;Amacr;And;Aogon;Aopf;App"
    "lyFunction;AringAring;Ascr;Assign;AtildeAtilde;AumlAuml;Backslash;Barv;Barwed;Bcy;Because;Bernoullis"
    ";Beta;Bfr;Bopf;Breve;Bscr;Bumpeq;CHcy;COPYCOPY;Cacute;Cap;CapitalDifferentialD;Cayleys;Ccaron;Ccedil"
    "Ccedil;Ccirc;Cconint;Cdot;Cedilla;CenterDot;Cfr;Chi;CircleDot;CircleMinus;CirclePlus;CircleTimes;Clo"
    "ckwiseContourIntegral;CloseCurlyDoubleQuote;CloseCurlyQuote;Colon;Colone;Congruent;Conint;ContourInt"
    "egral;Copf;Coproduct;CounterClockwiseContourIntegral;Cross;Cscr;Cup;CupCap;DD;DDotrahd;DJcy;DScy;DZc"
    "y;Dagger;Darr;Dashv;Dcaron;Dcy;Del;Delta;Dfr;DiacriticalAcute;DiacriticalDot;DiacriticalDoubleAcute;"
    "DiacriticalGrave;DiacriticalTilde;Diamond;DifferentialD;Dopf;Dot;DotDot;DotEqual;DoubleContourIntegr"
    "al;DoubleDot;DoubleDownArrow;DoubleLeftArrow;DoubleLeftRightArrow;DoubleLeftTee;DoubleLongLeftArrow;"
    "DoubleLongLeftRightArrow;DoubleLongRightArrow;DoubleRightArrow;DoubleRightTee;DoubleUpArrow;DoubleUp"
    "DownArrow;DoubleVerticalBar;DownArrow;DownArrowBar;DownArrowUpArrow;DownBreve;DownLeftRightVector;Do"
    "wnLeftTeeVector;DownLeftVector;DownLeftVectorBar;DownRightTeeVector;DownRightVector;DownRightVectorB"
    "ar;DownTee;DownTeeArrow;Downarrow;Dscr;Dstrok;ENG;ETHETH;EacuteEacute;Ecaron;EcircEcirc;Ecy;Edot;Efr"
    ";EgraveEgrave;Element;Emacr;EmptySmallSquare;EmptyVerySmallSquare;Eogon;Eopf;Epsilon;Equal;EqualTild"
    "e;Equilibrium;Escr;Esim;Eta;EumlEuml;Exists;ExponentialE;Fcy;Ffr;FilledSmallSquare;FilledVerySmallSq"
    "uare;Fopf;ForAll;Fouriertrf;Fscr;GJcy;GTGT;Gamma;Gammad;Gbreve;Gcedil;Gcirc;Gcy;Gdot;Gfr;Gg;Gopf;Gre"
    "aterEqual;GreaterEqualLess;GreaterFullEqual;GreaterGreater;GreaterLess;GreaterSlantEqual;GreaterTild"
    "e;Gscr;Gt;HARDcy;Hacek;Hat;Hcirc;Hfr;HilbertSpace;Hopf;HorizontalLine;Hscr;Hstrok;HumpDownHump;HumpE"
    "qual;IEcy;IJlig;IOcy;IacuteIacute;IcircIcirc;Icy;Idot;Ifr;IgraveIgrave;Im;Imacr;ImaginaryI;Implies;I"
    "nt;Integral;Intersection;InvisibleComma;InvisibleTimes;Iogon;Iopf;Iota;Iscr;Itilde;Iukcy;IumlIuml;Jc"
    "irc;Jcy;Jfr;Jopf;Jscr;Jsercy;Jukcy;KHcy;KJcy;Kappa;Kcedil;Kcy;Kfr;Kopf;Kscr;LJcy;LTLT;Lacute;Lambda;"
    "Lang;Laplacetrf;Larr;Lcaron;Lcedil;Lcy;LeftAngleBracket;LeftArrow;LeftArrowBar;LeftArrowRightArrow;L"
    "eftCeiling;LeftDoubleBracket;LeftDownTeeVector;LeftDownVector;LeftDownVectorBar;LeftFloor;LeftRightA"
    "rrow;LeftRightVector;LeftTee;LeftTeeArrow;LeftTeeVector;LeftTriangle;LeftTriangleBar;LeftTriangleEqu"
    "al;LeftUpDownVector;LeftUpTeeVector;LeftUpVector;LeftUpVectorBar;LeftVector;LeftVectorBar;Leftarrow;"
    "Leftrightarrow;LessEqualGreater;LessFullEqual;LessGreater;LessLess;LessSlantEqual;LessTilde;Lfr;Ll;L"
    "leftarrow;Lmidot;LongLeftArrow;LongLeftRightArrow;LongRightArrow;Longleftarrow;Longleftrightarrow;Lo"
    "ngrightarrow;Lopf;LowerLeftArrow;LowerRightArrow;Lscr;Lsh;Lstrok;Lt;Map;Mcy;MediumSpace;Mellintrf;Mf"
    "r;MinusPlus;Mopf;Mscr;Mu;NJcy;Nacute;Ncaron;Ncedil;Ncy;NegativeMediumSpace;NegativeThickSpace;Negati"
    "veThinSpace;NegativeVeryThinSpace;NestedGreaterGreater;NestedLessLess;NewLine;Nfr;NoBreak;NonBreakin"
    "gSpace;Nopf;Not;NotCongruent;NotCupCap;NotDoubleVerticalBar;NotElement;NotEqual;NotEqualTilde;NotExi"
    "sts;NotGreater;NotGreaterEqual;NotGreaterFullEqual;NotGreaterGreater;NotGreaterLess;NotGreaterSlantE"
    "qual;NotGreaterTilde;NotHumpDownHump;NotHumpEqual;NotLeftTriangle;NotLeftTriangleBar;NotLeftTriangle"
    "Equal;NotLess;NotLessEqual;NotLessGreater;NotLessLess;NotLessSlantEqual;NotLessTilde;NotNestedGreate"
    "rGreater;NotNestedLessLess;NotPrecedes;NotPrecedesEqual;NotPrecedesSlantEqual;NotReverseElement;NotR"
    "ightTriangle;NotRightTriangleBar;NotRightTriangleEqual;NotSquareSubset;NotSquareSubsetEqual;NotSquar"
    "eSuperset;NotSquareSupersetEqual;NotSubset;NotSubsetEqual;NotSucceeds;NotSucceedsEqual;NotSucceedsSl"
    "antEqual;NotSucceedsTilde;NotSuperset;NotSupersetEqual;NotTilde;NotTildeEqual;NotTildeFullEqual;NotT"
    "ildeTilde;NotVerticalBar;Nscr;NtildeNtilde;Nu;OElig;OacuteOacute;OcircOcirc;Ocy;Odblac;Ofr;OgraveOgr"
    "ave;Omacr;Omega;Omicron;Oopf;OpenCurlyDoubleQuote;OpenCurlyQuote;Or;Oscr;OslashOslash;OtildeOtilde;O"
    "times;OumlOuml;OverBar;OverBrace;OverBracket;OverParenthesis;PartialD;Pcy;Pfr;Phi;Pi;PlusMinus;Poinc"
    "areplane;Popf;Pr;Precedes;PrecedesEqual;PrecedesSlantEqual;PrecedesTilde;Prime;Product;Proportion;Pr"
    "oportional;Pscr;Psi;QUOTQUOT;Qfr;Qopf;Qscr;RBarr;REGREG;Racute;Rang;Rarr;Rarrtl;Rcaron;Rcedil;Rcy;Re"
    ";ReverseElement;ReverseEquilibrium;ReverseUpEquilibrium;Rfr;Rho;RightAngleBracket;RightArrow;RightAr"
    "rowBar;RightArrowLeftArrow;RightCeiling;RightDoubleBracket;RightDownTeeVector;RightDownVector;RightD"
    "ownVectorBar;RightFloor;RightTee;RightTeeArrow;RightTeeVector;RightTriangle;RightTriangleBar;RightTr"
    "iangleEqual;RightUpDownVector;RightUpTeeVector;RightUpVector;RightUpVectorBar;RightVector;RightVecto"
    "rBar;Rightarrow;Ropf;RoundImplies;Rrightarrow;Rscr;Rsh;RuleDelayed;SHCHcy;SHcy;SOFTcy;Sacute;Sc;Scar"
    "on;Scedil;Scirc;Scy;Sfr;ShortDownArrow;ShortLeftArrow;ShortRightArrow;ShortUpArrow;Sigma;SmallCircle"
    ";Sopf;Sqrt;Square;SquareIntersection;SquareSubset;SquareSubsetEqual;SquareSuperset;SquareSupersetEqu"
    "al;SquareUnion;Sscr;Star;Sub;Subset;SubsetEqual;Succeeds;SucceedsEqual;SucceedsSlantEqual;SucceedsTi"
    "lde;SuchThat;Sum;Sup;Superset;SupersetEqual;Supset;THORNTHORN;TRADE;TSHcy;TScy;Tab;Tau;Tcaron;Tcedil"
    ";Tcy;Tfr;Therefore;Theta;ThickSpace;ThinSpace;Tilde;TildeEqual;TildeFullEqual;TildeTilde;Topf;Triple"
    "Dot;Tscr;Tstrok;UacuteUacute;Uarr;Uarrocir;Ubrcy;Ubreve;UcircUcirc;Ucy;Udblac;Ufr;UgraveUgrave;Umacr"
    ";UnderBar;UnderBrace;UnderBracket;UnderParenthesis;Union;UnionPlus;Uogon;Uopf;UpArrow;UpArrowBar;UpA"
    "rrowDownArrow;UpDownArrow;UpEquilibrium;UpTee;UpTeeArrow;Uparrow;Updownarrow;UpperLeftArrow;UpperRig"
    "htArrow;Upsi;Upsilon;Uring;Uscr;Utilde;UumlUuml;VDash;Vbar;Vcy;Vdash;Vdashl;Vee;Verbar;Vert;Vertical"
    "Bar;VerticalLine;VerticalSeparator;VerticalTilde;VeryThinSpace;Vfr;Vopf;Vscr;Vvdash;Wcirc;Wedge;Wfr;"
    "Wopf;Wscr;Xfr;Xi;Xopf;Xscr;YAcy;YIcy;YUcy;YacuteYacute;Ycirc;Ycy;Yfr;Yopf;Yscr;Yuml;ZHcy;Zacute;Zcar"
    "on;Zcy;Zdot;ZeroWidthSpace;Zeta;Zfr;Zopf;Zscr;aacuteaacute;abreve;ac;acE;acd;acircacirc;acuteacute;a"
    "cy;aeligaelig;af;afr;agraveagrave;alefsym;aleph;alpha;amacr;amalg;ampamp;and;andand;andd;andslope;an"
    "dv;ang;ange;angle;angmsd;angmsdaa;angmsdab;angmsdac;angmsdad;angmsdae;angmsdaf;angmsdag;angmsdah;ang"
    "rt;angrtvb;angrtvbd;angsph;angst;angzarr;aogon;aopf;ap;apE;apacir;ape;apid;apos;approx;approxeq;arin"
    "garing;ascr;ast;asymp;asympeq;atildeatilde;aumlauml;awconint;awint;bNot;backcong;backepsilon;backpri"
    "me;backsim;backsimeq;barvee;barwed;barwedge;bbrk;bbrktbrk;bcong;bcy;bdquo;becaus;because;bemptyv;bep"
    "si;bernou;beta;beth;between;bfr;bigcap;bigcirc;bigcup;bigodot;bigoplus;bigotimes;bigsqcup;bigstar;bi"
    "gtriangledown;bigtriangleup;biguplus;bigvee;bigwedge;bkarow;blacklozenge;blacksquare;blacktriangle;b"
    "lacktriangledown;blacktriangleleft;blacktriangleright;blank;blk12;blk14;blk34;block;bne;bnequiv;bnot"
    ";bopf;bot;bottom;bowtie;boxDL;boxDR;boxDl;boxDr;boxH;boxHD;boxHU;boxHd;boxHu;boxUL;boxUR;boxUl;boxUr"
    ";boxV;boxVH;boxVL;boxVR;boxVh;boxVl;boxVr;boxbox;boxdL;boxdR;boxdl;boxdr;boxh;boxhD;boxhU;boxhd;boxh"
    "u;boxminus;boxplus;boxtimes;boxuL;boxuR;boxul;boxur;boxv;boxvH;boxvL;boxvR;boxvh;boxvl;boxvr;bprime;"
    "breve;brvbarbrvbar;bscr;bsemi;bsim;bsime;bsol;bsolb;bsolhsub;bull;bullet;bump;bumpE;bumpe;bumpeq;cac"
    "ute;cap;capand;capbrcup;capcap;capcup;capdot;caps;caret;caron;ccaps;ccaron;ccedilccedil;ccirc;ccups;"
    "ccupssm;cdot;cedilcedil;cemptyv;centcent;centerdot;cfr;chcy;check;checkmark;chi;cir;cirE;circ;circeq"
    ";circlearrowleft;circlearrowright;circledR;circledS;circledast;circledcirc;circleddash;cire;cirfnint"
    ";cirmid;cirscir;clubs;clubsuit;colon;colone;coloneq;comma;commat;comp;compfn;complement;complexes;co"
    "ng;congdot;conint;copf;coprod;copycopy;copysr;crarr;cross;cscr;csub;csube;csup;csupe;ctdot;cudarrl;c"
    "udarrr;cuepr;cuesc;cularr;cularrp;cup;cupbrcap;cupcap;cupcup;cupdot;cupor;cups;curarr;curarrm;curlye"
    "qprec;curlyeqsucc;curlyvee;curlywedge;currencurren;curvearrowleft;curvearrowright;cuvee;cuwed;cwconi"
    "nt;cwint;cylcty;dArr;dHar;dagger;daleth;darr;dash;dashv;dbkarow;dblac;dcaron;dcy;dd;ddagger;ddarr;dd"
    "otseq;degdeg;delta;demptyv;dfisht;dfr;dharl;dharr;diam;diamond;diamondsuit;diams;die;digamma;disin;d"
    "iv;dividedivide;divideontimes;divonx;djcy;dlcorn;dlcrop;dollar;dopf;dot;doteq;doteqdot;dotminus;dotp"
    "lus;dotsquare;doublebarwedge;downarrow;downdownarrows;downharpoonleft;downharpoonright;drbkarow;drco"
    "rn;drcrop;dscr;dscy;dsol;dstrok;dtdot;dtri;dtrif;duarr;duhar;dwangle;dzcy;dzigrarr;eDDot;eDot;eacute"
    "eacute;easter;ecaron;ecir;ecircecirc;ecolon;ecy;edot;ee;efDot;efr;eg;egraveegrave;egs;egsdot;el;elin"
    "ters;ell;els;elsdot;emacr;empty;emptyset;emptyv;emsp13;emsp14;emsp;eng;ensp;eogon;eopf;epar;eparsl;e"
    "plus;epsi;epsilon;epsiv;eqcirc;eqcolon;eqsim;eqslantgtr;eqslantless;equals;equest;equiv;equivDD;eqvp"
    "arsl;erDot;erarr;escr;esdot;esim;eta;etheth;eumleuml;euro;excl;exist;expectation;exponentiale;fallin"
    "gdotseq;fcy;female;ffilig;fflig;ffllig;ffr;filig;fjlig;flat;fllig;fltns;fnof;fopf;forall;fork;forkv;"
    "fpartint;frac12frac12;frac13;frac14frac14;frac15;frac16;frac18;frac23;frac25;frac34frac34;frac35;fra"
    "c38;frac45;frac56;frac58;frac78;frasl;frown;fscr;gE;gEl;gacute;gamma;gammad;gap;gbreve;gcirc;gcy;gdo"
    "t;ge;gel;geq;geqq;geqslant;ges;gescc;gesdot;gesdoto;gesdotol;gesl;gesles;gfr;gg;ggg;gimel;gjcy;gl;gl"
    "E;gla;glj;gnE;gnap;gnapprox;gne;gneq;gneqq;gnsim;gopf;grave;gscr;gsim;gsime;gsiml;gtgt;gtcc;gtcir;gt"
    "dot;gtlPar;gtquest;gtrapprox;gtrarr;gtrdot;gtreqless;gtreqqless;gtrless;gtrsim;gvertneqq;gvnE;hArr;h"
    "airsp;half;hamilt;hardcy;harr;harrcir;harrw;hbar;hcirc;hearts;heartsuit;hellip;hercon;hfr;hksearow;h"
    "kswarow;hoarr;homtht;hookleftarrow;hookrightarrow;hopf;horbar;hscr;hslash;hstrok;hybull;hyphen;iacut"
    "eiacute;ic;icircicirc;icy;iecy;iexcliexcl;iff;ifr;igraveigrave;ii;iiiint;iiint;iinfin;iiota;ijlig;im"
    "acr;image;imagline;imagpart;imath;imof;imped;in;incare;infin;infintie;inodot;int;intcal;integers;int"
    "ercal;intlarhk;intprod;iocy;iogon;iopf;iota;iprod;iquestiquest;iscr;isin;isinE;isindot;isins;isinsv;"
    "isinv;it;itilde;iukcy;iumliuml;jcirc;jcy;jfr;jmath;jopf;jscr;jsercy;jukcy;kappa;kappav;kcedil;kcy;kf"
    "r;kgreen;khcy;kjcy;kopf;kscr;lAarr;lArr;lAtail;lBarr;lE;lEg;lHar;lacute;laemptyv;lagran;lambda;lang;"
    "langd;langle;lap;laquolaquo;larr;larrb;larrbfs;larrfs;larrhk;larrlp;larrpl;larrsim;larrtl;lat;latail"
    ";late;lates;lbarr;lbbrk;lbrace;lbrack;lbrke;lbrksld;lbrkslu;lcaron;lcedil;lceil;lcub;lcy;ldca;ldquo;"
    "ldquor;ldrdhar;ldrushar;ldsh;le;leftarrow;leftarrowtail;leftharpoondown;leftharpoonup;leftleftarrows"
    ";leftrightarrow;leftrightarrows;leftrightharpoons;leftrightsquigarrow;leftthreetimes;leg;leq;leqq;le"
    "qslant;les;lescc;lesdot;lesdoto;lesdotor;lesg;lesges;lessapprox;lessdot;lesseqgtr;lesseqqgtr;lessgtr"
    ";lesssim;lfisht;lfloor;lfr;lg;lgE;lhard;lharu;lharul;lhblk;ljcy;ll;llarr;llcorner;llhard;lltri;lmido"
    "t;lmoust;lmoustache;lnE;lnap;lnapprox;lne;lneq;lneqq;lnsim;loang;loarr;lobrk;longleftarrow;longleftr"
    "ightarrow;longmapsto;longrightarrow;looparrowleft;looparrowright;lopar;lopf;loplus;lotimes;lowast;lo"
    "wbar;loz;lozenge;lozf;lpar;lparlt;lrarr;lrcorner;lrhar;lrhard;lrm;lrtri;lsaquo;lscr;lsh;lsim;lsime;l"
    "simg;lsqb;lsquo;lsquor;lstrok;ltlt;ltcc;ltcir;ltdot;lthree;ltimes;ltlarr;ltquest;ltrPar;ltri;ltrie;l"
    "trif;lurdshar;luruhar;lvertneqq;lvnE;mDDot;macrmacr;male;malt;maltese;map;mapsto;mapstodown;mapstole"
    "ft;mapstoup;marker;mcomma;mcy;mdash;measuredangle;mfr;mho;micromicro;mid;midast;midcir;middotmiddot;"
    "minus;minusb;minusd;minusdu;mlcp;mldr;mnplus;models;mopf;mp;mscr;mstpos;mu;multimap;mumap;nGg;nGt;nG"
    "tv;nLeftarrow;nLeftrightarrow;nLl;nLt;nLtv;nRightarrow;nVDash;nVdash;nabla;nacute;nang;nap;napE;napi"
    "d;napos;napprox;natur;natural;naturals;nbspnbsp;nbump;nbumpe;ncap;ncaron;ncedil;ncong;ncongdot;ncup;"
    "ncy;ndash;ne;neArr;nearhk;nearr;nearrow;nedot;nequiv;nesear;nesim;nexist;nexists;nfr;ngE;nge;ngeq;ng"
    "eqq;ngeqslant;nges;ngsim;ngt;ngtr;nhArr;nharr;nhpar;ni;nis;nisd;niv;njcy;nlArr;nlE;nlarr;nldr;nle;nl"
    "eftarrow;nleftrightarrow;nleq;nleqq;nleqslant;nles;nless;nlsim;nlt;nltri;nltrie;nmid;nopf;notnot;not"
    "in;notinE;notindot;notinva;notinvb;notinvc;notni;notniva;notnivb;notnivc;npar;nparallel;nparsl;npart"
    ";npolint;npr;nprcue;npre;nprec;npreceq;nrArr;nrarr;nrarrc;nrarrw;nrightarrow;nrtri;nrtrie;nsc;nsccue"
    ";nsce;nscr;nshortmid;nshortparallel;nsim;nsime;nsimeq;nsmid;nspar;nsqsube;nsqsupe;nsub;nsubE;nsube;n"
    "subset;nsubseteq;nsubseteqq;nsucc;nsucceq;nsup;nsupE;nsupe;nsupset;nsupseteq;nsupseteqq;ntgl;ntilden"
    "tilde;ntlg;ntriangleleft;ntrianglelefteq;ntriangleright;ntrianglerighteq;nu;num;numero;numsp;nvDash;"
    "nvHarr;nvap;nvdash;nvge;nvgt;nvinfin;nvlArr;nvle;nvlt;nvltrie;nvrArr;nvrtrie;nvsim;nwArr;nwarhk;nwar"
    "r;nwarrow;nwnear;oS;oacuteoacute;oast;ocir;ocircocirc;ocy;odash;odblac;odiv;odot;odsold;oelig;ofcir;"
    "ofr;ogon;ograveograve;ogt;ohbar;ohm;oint;olarr;olcir;olcross;oline;olt;omacr;omega;omicron;omid;omin"
    "us;oopf;opar;operp;oplus;or;orarr;ord;order;orderof;ordfordf;ordmordm;origof;oror;orslope;orv;oscr;o"
    "slashoslash;osol;otildeotilde;otimes;otimesas;oumlouml;ovbar;par;parapara;parallel;parsim;parsl;part"
    ";pcy;percnt;period;permil;perp;pertenk;pfr;phi;phiv;phmmat;phone;pi;pitchfork;piv;planck;planckh;pla"
    "nkv;plus;plusacir;plusb;pluscir;plusdo;plusdu;pluse;plusmnplusmn;plussim;plustwo;pm;pointint;popf;po"
    "undpound;pr;prE;prap;prcue;pre;prec;precapprox;preccurlyeq;preceq;precnapprox;precneqq;precnsim;prec"
    "sim;prime;primes;prnE;prnap;prnsim;prod;profalar;profline;profsurf;prop;propto;prsim;prurel;pscr;psi"
    ";puncsp;qfr;qint;qopf;qprime;qscr;quaternions;quatint;quest;questeq;quotquot;rAarr;rArr;rAtail;rBarr"
    ";rHar;race;racute;radic;raemptyv;rang;rangd;range;rangle;raquoraquo;rarr;rarrap;rarrb;rarrbfs;rarrc;"
    "rarrfs;rarrhk;rarrlp;rarrpl;rarrsim;rarrtl;rarrw;ratail;ratio;rationals;rbarr;rbbrk;rbrace;rbrack;rb"
    "rke;rbrksld;rbrkslu;rcaron;rcedil;rceil;rcub;rcy;rdca;rdldhar;rdquo;rdquor;rdsh;real;realine;realpar"
    "t;reals;rect;regreg;rfisht;rfloor;rfr;rhard;rharu;rharul;rho;rhov;rightarrow;rightarrowtail;righthar"
    "poondown;rightharpoonup;rightleftarrows;rightleftharpoons;rightrightarrows;rightsquigarrow;rightthre"
    "etimes;ring;risingdotseq;rlarr;rlhar;rlm;rmoust;rmoustache;rnmid;roang;roarr;robrk;ropar;ropf;roplus"
    ";rotimes;rpar;rpargt;rppolint;rrarr;rsaquo;rscr;rsh;rsqb;rsquo;rsquor;rthree;rtimes;rtri;rtrie;rtrif"
    ";rtriltri;ruluhar;rx;sacute;sbquo;sc;scE;scap;scaron;sccue;sce;scedil;scirc;scnE;scnap;scnsim;scpoli"
    "nt;scsim;scy;sdot;sdotb;sdote;seArr;searhk;searr;searrow;sectsect;semi;seswar;setminus;setmn;sext;sf"
    "r;sfrown;sharp;shchcy;shcy;shortmid;shortparallel;shyshy;sigma;sigmaf;sigmav;sim;simdot;sime;simeq;s"
    "img;simgE;siml;simlE;simne;simplus;simrarr;slarr;smallsetminus;smashp;smeparsl;smid;smile;smt;smte;s"
    "mtes;softcy;sol;solb;solbar;sopf;spades;spadesuit;spar;sqcap;sqcaps;sqcup;sqcups;sqsub;sqsube;sqsubs"
    "et;sqsubseteq;sqsup;sqsupe;sqsupset;sqsupseteq;squ;square;squarf;squf;srarr;sscr;ssetmn;ssmile;sstar"
    "f;star;starf;straightepsilon;straightphi;strns;sub;subE;subdot;sube;subedot;submult;subnE;subne;subp"
    "lus;subrarr;subset;subseteq;subseteqq;subsetneq;subsetneqq;subsim;subsub;subsup;succ;succapprox;succ"
    "curlyeq;succeq;succnapprox;succneqq;succnsim;succsim;sum;sung;sup1sup1;sup2sup2;sup3sup3;sup;supE;su"
    "pdot;supdsub;supe;supedot;suphsol;suphsub;suplarr;supmult;supnE;supne;supplus;supset;supseteq;supset"
    "eqq;supsetneq;supsetneqq;supsim;supsub;supsup;swArr;swarhk;swarr;swarrow;swnwar;szligszlig;target;ta"
    "u;tbrk;tcaron;tcedil;tcy;tdot;telrec;tfr;there4;therefore;theta;thetasym;thetav;thickapprox;thicksim"
    ";thinsp;thkap;thksim;thornthorn;tilde;timestimes;timesb;timesbar;timesd;tint;toea;top;topbot;topcir;"
    "topf;topfork;tosa;tprime;trade;triangle;triangledown;triangleleft;trianglelefteq;triangleq;triangler"
    "ight;trianglerighteq;tridot;trie;triminus;triplus;trisb;tritime;trpezium;tscr;tscy;tshcy;tstrok;twix"
    "t;twoheadleftarrow;twoheadrightarrow;uArr;uHar;uacuteuacute;uarr;ubrcy;ubreve;ucircucirc;ucy;udarr;u"
    "dblac;udhar;ufisht;ufr;ugraveugrave;uharl;uharr;uhblk;ulcorn;ulcorner;ulcrop;ultri;umacr;umluml;uogo"
    "n;uopf;uparrow;updownarrow;upharpoonleft;upharpoonright;uplus;upsi;upsih;upsilon;upuparrows;urcorn;u"
    "rcorner;urcrop;uring;urtri;uscr;utdot;utilde;utri;utrif;uuarr;uumluuml;uwangle;vArr;vBar;vBarv;vDash"
    ";vangrt;varepsilon;varkappa;varnothing;varphi;varpi;varpropto;varr;varrho;varsigma;varsubsetneq;vars"
    "ubsetneqq;varsupsetneq;varsupsetneqq;vartheta;vartriangleleft;vartriangleright;vcy;vdash;vee;veebar;"
    "veeeq;vellip;verbar;vert;vfr;vltri;vnsub;vnsup;vopf;vprop;vrtri;vscr;vsubnE;vsubne;vsupnE;vsupne;vzi"
    "gzag;wcirc;wedbar;wedge;wedgeq;weierp;wfr;wopf;wp;wr;wreath;wscr;xcap;xcirc;xcup;xdtri;xfr;xhArr;xha"
    "rr;xi;xlArr;xlarr;xmap;xnis;xodot;xopf;xoplus;xotime;xrArr;xrarr;xscr;xsqcup;xuplus;xutri;xvee;xwedg"
    "e;yacuteyacute;yacy;ycirc;ycy;yenyen;yfr;yicy;yopf;yscr;yucy;yumlyuml;zacute;zcaron;zcy;zdot;zeetrf;"
    "zeta;zfr;zhcy;zigrarr;zopf;zscr;zwj;zwnj;";

static const struct {
    uint16_t start;
    uint16_t second;
    uint32_t first;
} entities[] = {
    {0, 0, 198}, {5, 0, 198}, {11, 0, 38}, {14, 0, 38}, {18, 0, 193}, {24, 0, 193},
    {31, 0, 258}, {38, 0, 194}, {43, 0, 194}, {49, 0, 1040}, {53, 0, 120068}, {57, 0, 192},
    {63, 0, 192}, {70, 0, 913}, {76, 0, 256}, {82, 0, 10835}, {86, 0, 260}, {92, 0, 120120},
    {97, 0, 8289}, {111, 0, 197}, {116, 0, 197}, {122, 0, 119964}, {127, 0, 8788}, {134, 0, 195},
    {140, 0, 195}, {147, 0, 196}, {151, 0, 196}, {156, 0, 8726}, {166, 0, 10983}, {171, 0, 8966},
    {178, 0, 1041}, {182, 0, 8757}, {190, 0, 8492}, {201, 0, 914}, {206, 0, 120069}, {210, 0, 120121},
    {215, 0, 728}, {221, 0, 8492}, {226, 0, 8782}, {233, 0, 1063}, {238, 0, 169}, {242, 0, 169},
    {247, 0, 262}, {254, 0, 8914}, {258, 0, 8517}, {279, 0, 8493}, {287, 0, 268}, {294, 0, 199},
    {300, 0, 199}, {307, 0, 264}, {313, 0, 8752}, {321, 0, 266}, {326, 0, 184}, {334, 0, 183},
    {344, 0, 8493}, {348, 0, 935}, {352, 0, 8857}, {362, 0, 8854}, {374, 0, 8853}, {385, 0, 8855},
    {397, 0, 8754}, {422, 0, 8221}, {444, 0, 8217}, {460, 0, 8759}, {466, 0, 10868}, {473, 0, 8801},
    {483, 0, 8751}, {490, 0, 8750}, {506, 0, 8450}, {511, 0, 8720}, {521, 0, 8755}, {553, 0, 10799},
    {559, 0, 119966}, {564, 0, 8915}, {568, 0, 8781}, {575, 0, 8517}, {578, 0, 10513}, {587, 0, 1026},
    {592, 0, 1029}, {597, 0, 1039}, {602, 0, 8225}, {609, 0, 8609}, {614, 0, 10980}, {620, 0, 270},
    {627, 0, 1044}, {631, 0, 8711}, {635, 0, 916}, {641, 0, 120071}, {645, 0, 180}, {662, 0, 729},
    {677, 0, 733}, {700, 0, 96}, {717, 0, 732}, {734, 0, 8900}, {742, 0, 8518}, {756, 0, 120123},
    {761, 0, 168}, {765, 0, 8412}, {772, 0, 8784}, {781, 0, 8751}, {803, 0, 168}, {813, 0, 8659},
    {829, 0, 8656}, {845, 0, 8660}, {866, 0, 10980}, {880, 0, 10232}, {900, 0, 10234}, {925, 0, 10233},
    {946, 0, 8658}, {963, 0, 8872}, {978, 0, 8657}, {992, 0, 8661}, {1010, 0, 8741}, {1028, 0, 8595},
    {1038, 0, 10515}, {1051, 0, 8693}, {1068, 0, 785}, {1078, 0, 10576}, {1098, 0, 10590}, {1116, 0, 8637},
    {1131, 0, 10582}, {1149, 0, 10591}, {1168, 0, 8641}, {1184, 0, 10583}, {1203, 0, 8868}, {1211, 0, 8615},
    {1224, 0, 8659}, {1234, 0, 119967}, {1239, 0, 272}, {1246, 0, 330}, {1250, 0, 208}, {1253, 0, 208},
    {1257, 0, 201}, {1263, 0, 201}, {1270, 0, 282}, {1277, 0, 202}, {1282, 0, 202}, {1288, 0, 1069},
    {1292, 0, 278}, {1297, 0, 120072}, {1301, 0, 200}, {1307, 0, 200}, {1314, 0, 8712}, {1322, 0, 274},
    {1328, 0, 9723}, {1345, 0, 9643}, {1366, 0, 280}, {1372, 0, 120124}, {1377, 0, 917}, {1385, 0, 10869},
    {1391, 0, 8770}, {1402, 0, 8652}, {1414, 0, 8496}, {1419, 0, 10867}, {1424, 0, 919}, {1428, 0, 203},
    {1432, 0, 203}, {1437, 0, 8707}, {1444, 0, 8519}, {1457, 0, 1060}, {1461, 0, 120073}, {1465, 0, 9724},
    {1483, 0, 9642}, {1505, 0, 120125}, {1510, 0, 8704}, {1517, 0, 8497}, {1528, 0, 8497}, {1533, 0, 1027},
    {1538, 0, 62}, {1540, 0, 62}, {1543, 0, 915}, {1549, 0, 988}, {1556, 0, 286}, {1563, 0, 290},
    {1570, 0, 284}, {1576, 0, 1043}, {1580, 0, 288}, {1585, 0, 120074}, {1589, 0, 8921}, {1592, 0, 120126},
    {1597, 0, 8805}, {1610, 0, 8923}, {1627, 0, 8807}, {1644, 0, 10914}, {1659, 0, 8823}, {1671, 0, 10878},
    {1689, 0, 8819}, {1702, 0, 119970}, {1707, 0, 8811}, {1710, 0, 1066}, {1717, 0, 711}, {1723, 0, 94},
    {1727, 0, 292}, {1733, 0, 8460}, {1737, 0, 8459}, {1750, 0, 8461}, {1755, 0, 9472}, {1770, 0, 8459},
    {1775, 0, 294}, {1782, 0, 8782}, {1795, 0, 8783}, {1805, 0, 1045}, {1810, 0, 306}, {1816, 0, 1025},
    {1821, 0, 205}, {1827, 0, 205}, {1834, 0, 206}, {1839, 0, 206}, {1845, 0, 1048}, {1849, 0, 304},
    {1854, 0, 8465}, {1858, 0, 204}, {1864, 0, 204}, {1871, 0, 8465}, {1874, 0, 298}, {1880, 0, 8520},
    {1891, 0, 8658}, {1899, 0, 8748}, {1903, 0, 8747}, {1912, 0, 8898}, {1925, 0, 8291}, {1940, 0, 8290},
    {1955, 0, 302}, {1961, 0, 120128}, {1966, 0, 921}, {1971, 0, 8464}, {1976, 0, 296}, {1983, 0, 1030},
    {1989, 0, 207}, {1993, 0, 207}, {1998, 0, 308}, {2004, 0, 1049}, {2008, 0, 120077}, {2012, 0, 120129},
    {2017, 0, 119973}, {2022, 0, 1032}, {2029, 0, 1028}, {2035, 0, 1061}, {2040, 0, 1036}, {2045, 0, 922},
    {2051, 0, 310}, {2058, 0, 1050}, {2062, 0, 120078}, {2066, 0, 120130}, {2071, 0, 119974}, {2076, 0, 1033},
    {2081, 0, 60}, {2083, 0, 60}, {2086, 0, 313}, {2093, 0, 923}, {2100, 0, 10218}, {2105, 0, 8466},
    {2116, 0, 8606}, {2121, 0, 317}, {2128, 0, 315}, {2135, 0, 1051}, {2139, 0, 10216}, {2156, 0, 8592},
    {2166, 0, 8676}, {2179, 0, 8646}, {2199, 0, 8968}, {2211, 0, 10214}, {2229, 0, 10593}, {2247, 0, 8643},
    {2262, 0, 10585}, {2280, 0, 8970}, {2290, 0, 8596}, {2305, 0, 10574}, {2321, 0, 8867}, {2329, 0, 8612},
    {2342, 0, 10586}, {2356, 0, 8882}, {2369, 0, 10703}, {2385, 0, 8884}, {2403, 0, 10577}, {2420, 0, 10592},
    {2436, 0, 8639}, {2449, 0, 10584}, {2465, 0, 8636}, {2476, 0, 10578}, {2490, 0, 8656}, {2500, 0, 8660},
    {2515, 0, 8922}, {2532, 0, 8806}, {2546, 0, 8822}, {2558, 0, 10913}, {2567, 0, 10877}, {2582, 0, 8818},
    {2592, 0, 120079}, {2596, 0, 8920}, {2599, 0, 8666}, {2610, 0, 319}, {2617, 0, 10229}, {2631, 0, 10231},
    {2650, 0, 10230}, {2665, 0, 10232}, {2679, 0, 10234}, {2698, 0, 10233}, {2713, 0, 120131}, {2718, 0, 8601},
    {2733, 0, 8600}, {2749, 0, 8466}, {2754, 0, 8624}, {2758, 0, 321}, {2765, 0, 8810}, {2768, 0, 10501},
    {2772, 0, 1052}, {2776, 0, 8287}, {2788, 0, 8499}, {2798, 0, 120080}, {2802, 0, 8723}, {2812, 0, 120132},
    {2817, 0, 8499}, {2822, 0, 924}, {2825, 0, 1034}, {2830, 0, 323}, {2837, 0, 327}, {2844, 0, 325},
    {2851, 0, 1053}, {2855, 0, 8203}, {2875, 0, 8203}, {2894, 0, 8203}, {2912, 0, 8203}, {2934, 0, 8811},
    {2955, 0, 8810}, {2970, 0, 10}, {2978, 0, 120081}, {2982, 0, 8288}, {2990, 0, 160}, {3007, 0, 8469},
    {3012, 0, 10988}, {3016, 0, 8802}, {3029, 0, 8813}, {3039, 0, 8742}, {3060, 0, 8713}, {3071, 0, 8800},
    {3080, 824, 8770}, {3094, 0, 8708}, {3104, 0, 8815}, {3115, 0, 8817}, {3131, 824, 8807}, {3151, 824, 8811},
    {3169, 0, 8825}, {3184, 824, 10878}, {3205, 0, 8821}, {3221, 824, 8782}, {3237, 824, 8783}, {3250, 0, 8938},
    {3266, 824, 10703}, {3285, 0, 8940}, {3306, 0, 8814}, {3314, 0, 8816}, {3327, 0, 8824}, {3342, 824, 8810},
    {3354, 824, 10877}, {3372, 0, 8820}, {3385, 824, 10914}, {3409, 824, 10913}, {3427, 0, 8832}, {3439, 824, 10927},
    {3456, 0, 8928}, {3478, 0, 8716}, {3496, 0, 8939}, {3513, 824, 10704}, {3533, 0, 8941}, {3555, 824, 8847},
    {3571, 0, 8930}, {3592, 824, 8848}, {3610, 0, 8931}, {3633, 8402, 8834}, {3643, 0, 8840}, {3658, 0, 8833},
    {3670, 824, 10928}, {3687, 0, 8929}, {3709, 824, 8831}, {3726, 8402, 8835}, {3738, 0, 8841}, {3755, 0, 8769},
    {3764, 0, 8772}, {3778, 0, 8775}, {3796, 0, 8777}, {3810, 0, 8740}, {3825, 0, 119977}, {3830, 0, 209},
    {3836, 0, 209}, {3843, 0, 925}, {3846, 0, 338}, {3852, 0, 211}, {3858, 0, 211}, {3865, 0, 212},
    {3870, 0, 212}, {3876, 0, 1054}, {3880, 0, 336}, {3887, 0, 120082}, {3891, 0, 210}, {3897, 0, 210},
    {3904, 0, 332}, {3910, 0, 937}, {3916, 0, 927}, {3924, 0, 120134}, {3929, 0, 8220}, {3950, 0, 8216},
    {3965, 0, 10836}, {3968, 0, 119978}, {3973, 0, 216}, {3979, 0, 216}, {3986, 0, 213}, {3992, 0, 213},
    {3999, 0, 10807}, {4006, 0, 214}, {4010, 0, 214}, {4015, 0, 8254}, {4023, 0, 9182}, {4033, 0, 9140},
    {4045, 0, 9180}, {4061, 0, 8706}, {4070, 0, 1055}, {4074, 0, 120083}, {4078, 0, 934}, {4082, 0, 928},
    {4085, 0, 177}, {4095, 0, 8460}, {4109, 0, 8473}, {4114, 0, 10939}, {4117, 0, 8826}, {4126, 0, 10927},
    {4140, 0, 8828}, {4159, 0, 8830}, {4173, 0, 8243}, {4179, 0, 8719}, {4187, 0, 8759}, {4198, 0, 8733},
    {4211, 0, 119979}, {4216, 0, 936}, {4220, 0, 34}, {4224, 0, 34}, {4229, 0, 120084}, {4233, 0, 8474},
    {4238, 0, 119980}, {4243, 0, 10512}, {4249, 0, 174}, {4252, 0, 174}, {4256, 0, 340}, {4263, 0, 10219},
    {4268, 0, 8608}, {4273, 0, 10518}, {4280, 0, 344}, {4287, 0, 342}, {4294, 0, 1056}, {4298, 0, 8476},
    {4301, 0, 8715}, {4316, 0, 8651}, {4335, 0, 10607}, {4356, 0, 8476}, {4360, 0, 929}, {4364, 0, 10217},
    {4382, 0, 8594}, {4393, 0, 8677}, {4407, 0, 8644}, {4427, 0, 8969}, {4440, 0, 10215}, {4459, 0, 10589},
    {4478, 0, 8642}, {4494, 0, 10581}, {4513, 0, 8971}, {4524, 0, 8866}, {4533, 0, 8614}, {4547, 0, 10587},
    {4562, 0, 8883}, {4576, 0, 10704}, {4593, 0, 8885}, {4612, 0, 10575}, {4630, 0, 10588}, {4647, 0, 8638},
    {4661, 0, 10580}, {4678, 0, 8640}, {4690, 0, 10579}, {4705, 0, 8658}, {4716, 0, 8477}, {4721, 0, 10608},
    {4734, 0, 8667}, {4746, 0, 8475}, {4751, 0, 8625}, {4755, 0, 10740}, {4767, 0, 1065}, {4774, 0, 1064},
    {4779, 0, 1068}, {4786, 0, 346}, {4793, 0, 10940}, {4796, 0, 352}, {4803, 0, 350}, {4810, 0, 348},
    {4816, 0, 1057}, {4820, 0, 120086}, {4824, 0, 8595}, {4839, 0, 8592}, {4854, 0, 8594}, {4870, 0, 8593},
    {4883, 0, 931}, {4889, 0, 8728}, {4901, 0, 120138}, {4906, 0, 8730}, {4911, 0, 9633}, {4918, 0, 8851},
    {4937, 0, 8847}, {4950, 0, 8849}, {4968, 0, 8848}, {4983, 0, 8850}, {5003, 0, 8852}, {5015, 0, 119982},
    {5020, 0, 8902}, {5025, 0, 8912}, {5029, 0, 8912}, {5036, 0, 8838}, {5048, 0, 8827}, {5057, 0, 10928},
    {5071, 0, 8829}, {5090, 0, 8831}, {5104, 0, 8715}, {5113, 0, 8721}, {5117, 0, 8913}, {5121, 0, 8835},
    {5130, 0, 8839}, {5144, 0, 8913}, {5151, 0, 222}, {5156, 0, 222}, {5162, 0, 8482}, {5168, 0, 1035},
    {5174, 0, 1062}, {5179, 0, 9}, {5183, 0, 932}, {5187, 0, 356}, {5194, 0, 354}, {5201, 0, 1058},
    {5205, 0, 120087}, {5209, 0, 8756}, {5219, 0, 920}, {5225, 8202, 8287}, {5236, 0, 8201}, {5246, 0, 8764},
    {5252, 0, 8771}, {5263, 0, 8773}, {5278, 0, 8776}, {5289, 0, 120139}, {5294, 0, 8411}, {5304, 0, 119983},
    {5309, 0, 358}, {5316, 0, 218}, {5322, 0, 218}, {5329, 0, 8607}, {5334, 0, 10569}, {5343, 0, 1038},
    {5349, 0, 364}, {5356, 0, 219}, {5361, 0, 219}, {5367, 0, 1059}, {5371, 0, 368}, {5378, 0, 120088},
    {5382, 0, 217}, {5388, 0, 217}, {5395, 0, 362}, {5401, 0, 95}, {5410, 0, 9183}, {5421, 0, 9141},
    {5434, 0, 9181}, {5451, 0, 8899}, {5457, 0, 8846}, {5467, 0, 370}, {5473, 0, 120140}, {5478, 0, 8593},
    {5486, 0, 10514}, {5497, 0, 8645}, {5514, 0, 8597}, {5526, 0, 10606}, {5540, 0, 8869}, {5546, 0, 8613},
    {5557, 0, 8657}, {5565, 0, 8661}, {5577, 0, 8598}, {5592, 0, 8599}, {5608, 0, 978}, {5613, 0, 933},
    {5621, 0, 366}, {5627, 0, 119984}, {5632, 0, 360}, {5639, 0, 220}, {5643, 0, 220}, {5648, 0, 8875},
    {5654, 0, 10987}, {5659, 0, 1042}, {5663, 0, 8873}, {5669, 0, 10982}, {5676, 0, 8897}, {5680, 0, 8214},
    {5687, 0, 8214}, {5692, 0, 8739}, {5704, 0, 124}, {5717, 0, 10072}, {5735, 0, 8768}, {5749, 0, 8202},
    {5763, 0, 120089}, {5767, 0, 120141}, {5772, 0, 119985}, {5777, 0, 8874}, {5784, 0, 372}, {5790, 0, 8896},
    {5796, 0, 120090}, {5800, 0, 120142}, {5805, 0, 119986}, {5810, 0, 120091}, {5814, 0, 926}, {5817, 0, 120143},
    {5822, 0, 119987}, {5827, 0, 1071}, {5832, 0, 1031}, {5837, 0, 1070}, {5842, 0, 221}, {5848, 0, 221},
    {5855, 0, 374}, {5861, 0, 1067}, {5865, 0, 120092}, {5869, 0, 120144}, {5874, 0, 119988}, {5879, 0, 376},
    {5884, 0, 1046}, {5889, 0, 377}, {5896, 0, 381}, {5903, 0, 1047}, {5907, 0, 379}, {5912, 0, 8203},
    {5927, 0, 918}, {5932, 0, 8488}, {5936, 0, 8484}, {5941, 0, 119989}, {5946, 0, 225}, {5952, 0, 225},
    {5959, 0, 259}, {5966, 0, 8766}, {5969, 819, 8766}, {5973, 0, 8767}, {5977, 0, 226}, {5982, 0, 226},
    {5988, 0, 180}, {5993, 0, 180}, {5999, 0, 1072}, {6003, 0, 230}, {6008, 0, 230}, {6014, 0, 8289},
    {6017, 0, 120094}, {6021, 0, 224}, {6027, 0, 224}, {6034, 0, 8501}, {6042, 0, 8501}, {6048, 0, 945},
    {6054, 0, 257}, {6060, 0, 10815}, {6066, 0, 38}, {6069, 0, 38}, {6073, 0, 8743}, {6077, 0, 10837},
    {6084, 0, 10844}, {6089, 0, 10840}, {6098, 0, 10842}, {6103, 0, 8736}, {6107, 0, 10660}, {6112, 0, 8736},
    {6118, 0, 8737}, {6125, 0, 10664}, {6134, 0, 10665}, {6143, 0, 10666}, {6152, 0, 10667}, {6161, 0, 10668},
    {6170, 0, 10669}, {6179, 0, 10670}, {6188, 0, 10671}, {6197, 0, 8735}, {6203, 0, 8894}, {6211, 0, 10653},
    {6220, 0, 8738}, {6227, 0, 197}, {6233, 0, 9084}, {6241, 0, 261}, {6247, 0, 120146}, {6252, 0, 8776},
    {6255, 0, 10864}, {6259, 0, 10863}, {6266, 0, 8778}, {6270, 0, 8779}, {6275, 0, 39}, {6280, 0, 8776},
    {6287, 0, 8778}, {6296, 0, 229}, {6301, 0, 229}, {6307, 0, 119990}, {6312, 0, 42}, {6316, 0, 8776},
    {6322, 0, 8781}, {6330, 0, 227}, {6336, 0, 227}, {6343, 0, 228}, {6347, 0, 228}, {6352, 0, 8755},
    {6361, 0, 10769}, {6367, 0, 10989}, {6372, 0, 8780}, {6381, 0, 1014}, {6393, 0, 8245}, {6403, 0, 8765},
    {6411, 0, 8909}, {6421, 0, 8893}, {6428, 0, 8965}, {6435, 0, 8965}, {6444, 0, 9141}, {6449, 0, 9142},
    {6458, 0, 8780}, {6464, 0, 1073}, {6468, 0, 8222}, {6474, 0, 8757}, {6481, 0, 8757}, {6489, 0, 10672},
    {6497, 0, 1014}, {6503, 0, 8492}, {6510, 0, 946}, {6515, 0, 8502}, {6520, 0, 8812}, {6528, 0, 120095},
    {6532, 0, 8898}, {6539, 0, 9711}, {6547, 0, 8899}, {6554, 0, 10752}, {6562, 0, 10753}, {6571, 0, 10754},
    {6581, 0, 10758}, {6590, 0, 9733}, {6598, 0, 9661}, {6614, 0, 9651}, {6628, 0, 10756}, {6637, 0, 8897},
    {6644, 0, 8896}, {6653, 0, 10509}, {6660, 0, 10731}, {6673, 0, 9642}, {6685, 0, 9652}, {6699, 0, 9662},
    {6717, 0, 9666}, {6735, 0, 9656}, {6754, 0, 9251}, {6760, 0, 9618}, {6766, 0, 9617}, {6772, 0, 9619},
    {6778, 0, 9608}, {6784, 8421, 61}, {6788, 8421, 8801}, {6796, 0, 8976}, {6801, 0, 120147}, {6806, 0, 8869},
    {6810, 0, 8869}, {6817, 0, 8904}, {6824, 0, 9559}, {6830, 0, 9556}, {6836, 0, 9558}, {6842, 0, 9555},
    {6848, 0, 9552}, {6853, 0, 9574}, {6859, 0, 9577}, {6865, 0, 9572}, {6871, 0, 9575}, {6877, 0, 9565},
    {6883, 0, 9562}, {6889, 0, 9564}, {6895, 0, 9561}, {6901, 0, 9553}, {6906, 0, 9580}, {6912, 0, 9571},
    {6918, 0, 9568}, {6924, 0, 9579}, {6930, 0, 9570}, {6936, 0, 9567}, {6942, 0, 10697}, {6949, 0, 9557},
    {6955, 0, 9554}, {6961, 0, 9488}, {6967, 0, 9484}, {6973, 0, 9472}, {6978, 0, 9573}, {6984, 0, 9576},
    {6990, 0, 9516}, {6996, 0, 9524}, {7002, 0, 8863}, {7011, 0, 8862}, {7019, 0, 8864}, {7028, 0, 9563},
    {7034, 0, 9560}, {7040, 0, 9496}, {7046, 0, 9492}, {7052, 0, 9474}, {7057, 0, 9578}, {7063, 0, 9569},
    {7069, 0, 9566}, {7075, 0, 9532}, {7081, 0, 9508}, {7087, 0, 9500}, {7093, 0, 8245}, {7100, 0, 728},
    {7106, 0, 166}, {7112, 0, 166}, {7119, 0, 119991}, {7124, 0, 8271}, {7130, 0, 8765}, {7135, 0, 8909},
    {7141, 0, 92}, {7146, 0, 10693}, {7152, 0, 10184}, {7161, 0, 8226}, {7166, 0, 8226}, {7173, 0, 8782},
    {7178, 0, 10926}, {7184, 0, 8783}, {7190, 0, 8783}, {7197, 0, 263}, {7204, 0, 8745}, {7208, 0, 10820},
    {7215, 0, 10825}, {7224, 0, 10827}, {7231, 0, 10823}, {7238, 0, 10816}, {7245, 65024, 8745}, {7250, 0, 8257},
    {7256, 0, 711}, {7262, 0, 10829}, {7268, 0, 269}, {7275, 0, 231}, {7281, 0, 231}, {7288, 0, 265},
    {7294, 0, 10828}, {7300, 0, 10832}, {7308, 0, 267}, {7313, 0, 184}, {7318, 0, 184}, {7324, 0, 10674},
    {7332, 0, 162}, {7336, 0, 162}, {7341, 0, 183}, {7351, 0, 120096}, {7355, 0, 1095}, {7360, 0, 10003},
    {7366, 0, 10003}, {7376, 0, 967}, {7380, 0, 9675}, {7384, 0, 10691}, {7389, 0, 710}, {7394, 0, 8791},
    {7401, 0, 8634}, {7417, 0, 8635}, {7434, 0, 174}, {7443, 0, 9416}, {7452, 0, 8859}, {7463, 0, 8858},
    {7475, 0, 8861}, {7487, 0, 8791}, {7492, 0, 10768}, {7501, 0, 10991}, {7508, 0, 10690}, {7516, 0, 9827},
    {7522, 0, 9827}, {7531, 0, 58}, {7537, 0, 8788}, {7544, 0, 8788}, {7552, 0, 44}, {7558, 0, 64},
    {7565, 0, 8705}, {7570, 0, 8728}, {7577, 0, 8705}, {7588, 0, 8450}, {7598, 0, 8773}, {7603, 0, 10861},
    {7611, 0, 8750}, {7618, 0, 120148}, {7623, 0, 8720}, {7630, 0, 169}, {7634, 0, 169}, {7639, 0, 8471},
    {7646, 0, 8629}, {7652, 0, 10007}, {7658, 0, 119992}, {7663, 0, 10959}, {7668, 0, 10961}, {7674, 0, 10960},
    {7679, 0, 10962}, {7685, 0, 8943}, {7691, 0, 10552}, {7699, 0, 10549}, {7707, 0, 8926}, {7713, 0, 8927},
    {7719, 0, 8630}, {7726, 0, 10557}, {7734, 0, 8746}, {7738, 0, 10824}, {7747, 0, 10822}, {7754, 0, 10826},
    {7761, 0, 8845}, {7768, 0, 10821}, {7774, 65024, 8746}, {7779, 0, 8631}, {7786, 0, 10556}, {7794, 0, 8926},
    {7806, 0, 8927}, {7818, 0, 8910}, {7827, 0, 8911}, {7838, 0, 164}, {7844, 0, 164}, {7851, 0, 8630},
    {7866, 0, 8631}, {7882, 0, 8910}, {7888, 0, 8911}, {7894, 0, 8754}, {7903, 0, 8753}, {7909, 0, 9005},
    {7916, 0, 8659}, {7921, 0, 10597}, {7926, 0, 8224}, {7933, 0, 8504}, {7940, 0, 8595}, {7945, 0, 8208},
    {7950, 0, 8867}, {7956, 0, 10511}, {7964, 0, 733}, {7970, 0, 271}, {7977, 0, 1076}, {7981, 0, 8518},
    {7984, 0, 8225}, {7992, 0, 8650}, {7998, 0, 10871}, {8006, 0, 176}, {8009, 0, 176}, {8013, 0, 948},
    {8019, 0, 10673}, {8027, 0, 10623}, {8034, 0, 120097}, {8038, 0, 8643}, {8044, 0, 8642}, {8050, 0, 8900},
    {8055, 0, 8900}, {8063, 0, 9830}, {8075, 0, 9830}, {8081, 0, 168}, {8085, 0, 989}, {8093, 0, 8946},
    {8099, 0, 247}, {8103, 0, 247}, {8109, 0, 247}, {8116, 0, 8903}, {8130, 0, 8903}, {8137, 0, 1106},
    {8142, 0, 8990}, {8149, 0, 8973}, {8156, 0, 36}, {8163, 0, 120149}, {8168, 0, 729}, {8172, 0, 8784},
    {8178, 0, 8785}, {8187, 0, 8760}, {8196, 0, 8724}, {8204, 0, 8865}, {8214, 0, 8966}, {8229, 0, 8595},
    {8239, 0, 8650}, {8254, 0, 8643}, {8270, 0, 8642}, {8287, 0, 10512}, {8296, 0, 8991}, {8303, 0, 8972},
    {8310, 0, 119993}, {8315, 0, 1109}, {8320, 0, 10742}, {8325, 0, 273}, {8332, 0, 8945}, {8338, 0, 9663},
    {8343, 0, 9662}, {8349, 0, 8693}, {8355, 0, 10607}, {8361, 0, 10662}, {8369, 0, 1119}, {8374, 0, 10239},
    {8383, 0, 10871}, {8389, 0, 8785}, {8394, 0, 233}, {8400, 0, 233}, {8407, 0, 10862}, {8414, 0, 283},
    {8421, 0, 8790}, {8426, 0, 234}, {8431, 0, 234}, {8437, 0, 8789}, {8444, 0, 1101}, {8448, 0, 279},
    {8453, 0, 8519}, {8456, 0, 8786}, {8462, 0, 120098}, {8466, 0, 10906}, {8469, 0, 232}, {8475, 0, 232},
    {8482, 0, 10902}, {8486, 0, 10904}, {8493, 0, 10905}, {8496, 0, 9191}, {8505, 0, 8467}, {8509, 0, 10901},
    {8513, 0, 10903}, {8520, 0, 275}, {8526, 0, 8709}, {8532, 0, 8709}, {8541, 0, 8709}, {8548, 0, 8196},
    {8555, 0, 8197}, {8562, 0, 8195}, {8567, 0, 331}, {8571, 0, 8194}, {8576, 0, 281}, {8582, 0, 120150},
    {8587, 0, 8917}, {8592, 0, 10723}, {8599, 0, 10865}, {8605, 0, 949}, {8610, 0, 949}, {8618, 0, 1013},
    {8624, 0, 8790}, {8631, 0, 8789}, {8639, 0, 8770}, {8645, 0, 10902}, {8656, 0, 10901}, {8668, 0, 61},
    {8675, 0, 8799}, {8682, 0, 8801}, {8688, 0, 10872}, {8696, 0, 10725}, {8705, 0, 8787}, {8711, 0, 10609},
    {8717, 0, 8495}, {8722, 0, 8784}, {8728, 0, 8770}, {8733, 0, 951}, {8737, 0, 240}, {8740, 0, 240},
    {8744, 0, 235}, {8748, 0, 235}, {8753, 0, 8364}, {8758, 0, 33}, {8763, 0, 8707}, {8769, 0, 8496},
    {8781, 0, 8519}, {8794, 0, 8786}, {8808, 0, 1092}, {8812, 0, 9792}, {8819, 0, 64259}, {8826, 0, 64256},
    {8832, 0, 64260}, {8839, 0, 120099}, {8843, 0, 64257}, {8849, 106, 102}, {8855, 0, 9837}, {8860, 0, 64258},
    {8866, 0, 9649}, {8872, 0, 402}, {8877, 0, 120151}, {8882, 0, 8704}, {8889, 0, 8916}, {8894, 0, 10969},
    {8900, 0, 10765}, {8909, 0, 189}, {8915, 0, 189}, {8922, 0, 8531}, {8929, 0, 188}, {8935, 0, 188},
    {8942, 0, 8533}, {8949, 0, 8537}, {8956, 0, 8539}, {8963, 0, 8532}, {8970, 0, 8534}, {8977, 0, 190},
    {8983, 0, 190}, {8990, 0, 8535}, {8997, 0, 8540}, {9004, 0, 8536}, {9011, 0, 8538}, {9018, 0, 8541},
    {9025, 0, 8542}, {9032, 0, 8260}, {9038, 0, 8994}, {9044, 0, 119995}, {9049, 0, 8807}, {9052, 0, 10892},
    {9056, 0, 501}, {9063, 0, 947}, {9069, 0, 989}, {9076, 0, 10886}, {9080, 0, 287}, {9087, 0, 285},
    {9093, 0, 1075}, {9097, 0, 289}, {9102, 0, 8805}, {9105, 0, 8923}, {9109, 0, 8805}, {9113, 0, 8807},
    {9118, 0, 10878}, {9127, 0, 10878}, {9131, 0, 10921}, {9137, 0, 10880}, {9144, 0, 10882}, {9152, 0, 10884},
    {9161, 65024, 8923}, {9166, 0, 10900}, {9173, 0, 120100}, {9177, 0, 8811}, {9180, 0, 8921}, {9184, 0, 8503},
    {9190, 0, 1107}, {9195, 0, 8823}, {9198, 0, 10898}, {9202, 0, 10917}, {9206, 0, 10916}, {9210, 0, 8809},
    {9214, 0, 10890}, {9219, 0, 10890}, {9228, 0, 10888}, {9232, 0, 10888}, {9237, 0, 8809}, {9243, 0, 8935},
    {9249, 0, 120152}, {9254, 0, 96}, {9260, 0, 8458}, {9265, 0, 8819}, {9270, 0, 10894}, {9276, 0, 10896},
    {9282, 0, 62}, {9284, 0, 62}, {9287, 0, 10919}, {9292, 0, 10874}, {9298, 0, 8919}, {9304, 0, 10645},
    {9311, 0, 10876}, {9319, 0, 10886}, {9329, 0, 10616}, {9336, 0, 8919}, {9343, 0, 8923}, {9353, 0, 10892},
    {9364, 0, 8823}, {9372, 0, 8819}, {9379, 65024, 8809}, {9389, 65024, 8809}, {9394, 0, 8660}, {9399, 0, 8202},
    {9406, 0, 189}, {9411, 0, 8459}, {9418, 0, 1098}, {9425, 0, 8596}, {9430, 0, 10568}, {9438, 0, 8621},
    {9444, 0, 8463}, {9449, 0, 293}, {9455, 0, 9829}, {9462, 0, 9829}, {9472, 0, 8230}, {9479, 0, 8889},
    {9486, 0, 120101}, {9490, 0, 10533}, {9499, 0, 10534}, {9508, 0, 8703}, {9514, 0, 8763}, {9521, 0, 8617},
    {9535, 0, 8618}, {9550, 0, 120153}, {9555, 0, 8213}, {9562, 0, 119997}, {9567, 0, 8463}, {9574, 0, 295},
    {9581, 0, 8259}, {9588, 0, 8208}, {9595, 0, 237}, {9601, 0, 237}, {9608, 0, 8291}, {9611, 0, 238},
    {9616, 0, 238}, {9622, 0, 1080}, {9626, 0, 1077}, {9631, 0, 161}, {9636, 0, 161}, {9642, 0, 8660},
    {9646, 0, 120102}, {9650, 0, 236}, {9656, 0, 236}, {9663, 0, 8520}, {9666, 0, 10764}, {9673, 0, 8749},
    {9679, 0, 10716}, {9686, 0, 8489}, {9692, 0, 307}, {9698, 0, 299}, {9704, 0, 8465}, {9710, 0, 8464},
    {9719, 0, 8465}, {9728, 0, 305}, {9734, 0, 8887}, {9739, 0, 437}, {9745, 0, 8712}, {9748, 0, 8453},
    {9755, 0, 8734}, {9761, 0, 10717}, {9770, 0, 305}, {9777, 0, 8747}, {9781, 0, 8890}, {9788, 0, 8484},
    {9797, 0, 8890}, {9806, 0, 10775}, {9815, 0, 10812}, {9823, 0, 1105}, {9828, 0, 303}, {9834, 0, 120154},
    {9839, 0, 953}, {9844, 0, 10812}, {9850, 0, 191}, {9856, 0, 191}, {9863, 0, 119998}, {9868, 0, 8712},
    {9873, 0, 8953}, {9879, 0, 8949}, {9887, 0, 8948}, {9893, 0, 8947}, {9900, 0, 8712}, {9906, 0, 8290},
    {9909, 0, 297}, {9916, 0, 1110}, {9922, 0, 239}, {9926, 0, 239}, {9931, 0, 309}, {9937, 0, 1081},
    {9941, 0, 120103}, {9945, 0, 567}, {9951, 0, 120155}, {9956, 0, 119999}, {9961, 0, 1112}, {9968, 0, 1108},
    {9974, 0, 954}, {9980, 0, 1008}, {9987, 0, 311}, {9994, 0, 1082}, {9998, 0, 120104}, {10002, 0, 312},
    {10009, 0, 1093}, {10014, 0, 1116}, {10019, 0, 120156}, {10024, 0, 120000}, {10029, 0, 8666}, {10035, 0, 8656},
    {10040, 0, 10523}, {10047, 0, 10510}, {10053, 0, 8806}, {10056, 0, 10891}, {10060, 0, 10594}, {10065, 0, 314},
    {10072, 0, 10676}, {10081, 0, 8466}, {10088, 0, 955}, {10095, 0, 10216}, {10100, 0, 10641}, {10106, 0, 10216},
    {10113, 0, 10885}, {10117, 0, 171}, {10122, 0, 171}, {10128, 0, 8592}, {10133, 0, 8676}, {10139, 0, 10527},
    {10147, 0, 10525}, {10154, 0, 8617}, {10161, 0, 8619}, {10168, 0, 10553}, {10175, 0, 10611}, {10183, 0, 8610},
    {10190, 0, 10923}, {10194, 0, 10521}, {10201, 0, 10925}, {10206, 65024, 10925}, {10212, 0, 10508}, {10218, 0, 10098},
    {10224, 0, 123}, {10231, 0, 91}, {10238, 0, 10635}, {10244, 0, 10639}, {10252, 0, 10637}, {10260, 0, 318},
    {10267, 0, 316}, {10274, 0, 8968}, {10280, 0, 123}, {10285, 0, 1083}, {10289, 0, 10550}, {10294, 0, 8220},
    {10300, 0, 8222}, {10307, 0, 10599}, {10315, 0, 10571}, {10324, 0, 8626}, {10329, 0, 8804}, {10332, 0, 8592},
    {10342, 0, 8610}, {10356, 0, 8637}, {10372, 0, 8636}, {10386, 0, 8647}, {10401, 0, 8596}, {10416, 0, 8646},
    {10432, 0, 8651}, {10450, 0, 8621}, {10470, 0, 8907}, {10485, 0, 8922}, {10489, 0, 8804}, {10493, 0, 8806},
    {10498, 0, 10877}, {10507, 0, 10877}, {10511, 0, 10920}, {10517, 0, 10879}, {10524, 0, 10881}, {10532, 0, 10883},
    {10541, 65024, 8922}, {10546, 0, 10899}, {10553, 0, 10885}, {10564, 0, 8918}, {10572, 0, 8922}, {10582, 0, 10891},
    {10593, 0, 8822}, {10601, 0, 8818}, {10609, 0, 10620}, {10616, 0, 8970}, {10623, 0, 120105}, {10627, 0, 8822},
    {10630, 0, 10897}, {10634, 0, 8637}, {10640, 0, 8636}, {10646, 0, 10602}, {10653, 0, 9604}, {10659, 0, 1113},
    {10664, 0, 8810}, {10667, 0, 8647}, {10673, 0, 8990}, {10682, 0, 10603}, {10689, 0, 9722}, {10695, 0, 320},
    {10702, 0, 9136}, {10709, 0, 9136}, {10720, 0, 8808}, {10724, 0, 10889}, {10729, 0, 10889}, {10738, 0, 10887},
    {10742, 0, 10887}, {10747, 0, 8808}, {10753, 0, 8934}, {10759, 0, 10220}, {10765, 0, 8701}, {10771, 0, 10214},
    {10777, 0, 10229}, {10791, 0, 10231}, {10810, 0, 10236}, {10821, 0, 10230}, {10836, 0, 8619}, {10850, 0, 8620},
    {10865, 0, 10629}, {10871, 0, 120157}, {10876, 0, 10797}, {10883, 0, 10804}, {10891, 0, 8727}, {10898, 0, 95},
    {10905, 0, 9674}, {10909, 0, 9674}, {10917, 0, 10731}, {10922, 0, 40}, {10927, 0, 10643}, {10934, 0, 8646},
    {10940, 0, 8991}, {10949, 0, 8651}, {10955, 0, 10605}, {10962, 0, 8206}, {10966, 0, 8895}, {10972, 0, 8249},
    {10979, 0, 120001}, {10984, 0, 8624}, {10988, 0, 8818}, {10993, 0, 10893}, {10999, 0, 10895}, {11005, 0, 91},
    {11010, 0, 8216}, {11016, 0, 8218}, {11023, 0, 322}, {11030, 0, 60}, {11032, 0, 60}, {11035, 0, 10918},
    {11040, 0, 10873}, {11046, 0, 8918}, {11052, 0, 8907}, {11059, 0, 8905}, {11066, 0, 10614}, {11073, 0, 10875},
    {11081, 0, 10646}, {11088, 0, 9667}, {11093, 0, 8884}, {11099, 0, 9666}, {11105, 0, 10570}, {11114, 0, 10598},
    {11122, 65024, 8808}, {11132, 65024, 8808}, {11137, 0, 8762}, {11143, 0, 175}, {11147, 0, 175}, {11152, 0, 9794},
    {11157, 0, 10016}, {11162, 0, 10016}, {11170, 0, 8614}, {11174, 0, 8614}, {11181, 0, 8615}, {11192, 0, 8612},
    {11203, 0, 8613}, {11212, 0, 9646}, {11219, 0, 10793}, {11226, 0, 1084}, {11230, 0, 8212}, {11236, 0, 8737},
    {11250, 0, 120106}, {11254, 0, 8487}, {11258, 0, 181}, {11263, 0, 181}, {11269, 0, 8739}, {11273, 0, 42},
    {11280, 0, 10992}, {11287, 0, 183}, {11293, 0, 183}, {11300, 0, 8722}, {11306, 0, 8863}, {11313, 0, 8760},
    {11320, 0, 10794}, {11328, 0, 10971}, {11333, 0, 8230}, {11338, 0, 8723}, {11345, 0, 8871}, {11352, 0, 120158},
    {11357, 0, 8723}, {11360, 0, 120002}, {11365, 0, 8766}, {11372, 0, 956}, {11375, 0, 8888}, {11384, 0, 8888},
    {11390, 824, 8921}, {11394, 8402, 8811}, {11398, 824, 8811}, {11403, 0, 8653}, {11414, 0, 8654}, {11430, 824, 8920},
    {11434, 8402, 8810}, {11438, 824, 8810}, {11443, 0, 8655}, {11455, 0, 8879}, {11462, 0, 8878}, {11469, 0, 8711},
    {11475, 0, 324}, {11482, 8402, 8736}, {11487, 0, 8777}, {11491, 824, 10864}, {11496, 824, 8779}, {11502, 0, 329},
    {11508, 0, 8777}, {11516, 0, 9838}, {11522, 0, 9838}, {11530, 0, 8469}, {11539, 0, 160}, {11543, 0, 160},
    {11548, 824, 8782}, {11554, 824, 8783}, {11561, 0, 10819}, {11566, 0, 328}, {11573, 0, 326}, {11580, 0, 8775},
    {11586, 824, 10861}, {11595, 0, 10818}, {11600, 0, 1085}, {11604, 0, 8211}, {11610, 0, 8800}, {11613, 0, 8663},
    {11619, 0, 10532}, {11626, 0, 8599}, {11632, 0, 8599}, {11640, 824, 8784}, {11646, 0, 8802}, {11653, 0, 10536},
    {11660, 824, 8770}, {11666, 0, 8708}, {11673, 0, 8708}, {11681, 0, 120107}, {11685, 824, 8807}, {11689, 0, 8817},
    {11693, 0, 8817}, {11698, 824, 8807}, {11704, 824, 10878}, {11714, 824, 10878}, {11719, 0, 8821}, {11725, 0, 8815},
    {11729, 0, 8815}, {11734, 0, 8654}, {11740, 0, 8622}, {11746, 0, 10994}, {11752, 0, 8715}, {11755, 0, 8956},
    {11759, 0, 8954}, {11764, 0, 8715}, {11768, 0, 1114}, {11773, 0, 8653}, {11779, 824, 8806}, {11783, 0, 8602},
    {11789, 0, 8229}, {11794, 0, 8816}, {11798, 0, 8602}, {11809, 0, 8622}, {11825, 0, 8816}, {11830, 824, 8806},
    {11836, 824, 10877}, {11846, 824, 10877}, {11851, 0, 8814}, {11857, 0, 8820}, {11863, 0, 8814}, {11867, 0, 8938},
    {11873, 0, 8940}, {11880, 0, 8740}, {11885, 0, 120159}, {11890, 0, 172}, {11893, 0, 172}, {11897, 0, 8713},
    {11903, 824, 8953}, {11910, 824, 8949}, {11919, 0, 8713}, {11927, 0, 8951}, {11935, 0, 8950}, {11943, 0, 8716},
    {11949, 0, 8716}, {11957, 0, 8958}, {11965, 0, 8957}, {11973, 0, 8742}, {11978, 0, 8742}, {11988, 8421, 11005},
    {11995, 824, 8706}, {12001, 0, 10772}, {12009, 0, 8832}, {12013, 0, 8928}, {12020, 824, 10927}, {12025, 0, 8832},
    {12031, 824, 10927}, {12039, 0, 8655}, {12045, 0, 8603}, {12051, 824, 10547}, {12058, 824, 8605}, {12065, 0, 8603},
    {12077, 0, 8939}, {12083, 0, 8941}, {12090, 0, 8833}, {12094, 0, 8929}, {12101, 824, 10928}, {12106, 0, 120003},
    {12111, 0, 8740}, {12121, 0, 8742}, {12136, 0, 8769}, {12141, 0, 8772}, {12147, 0, 8772}, {12154, 0, 8740},
    {12160, 0, 8742}, {12166, 0, 8930}, {12174, 0, 8931}, {12182, 0, 8836}, {12187, 824, 10949}, {12193, 0, 8840},
    {12199, 8402, 8834}, {12207, 0, 8840}, {12217, 824, 10949}, {12228, 0, 8833}, {12234, 824, 10928}, {12242, 0, 8837},
    {12247, 824, 10950}, {12253, 0, 8841}, {12259, 8402, 8835}, {12267, 0, 8841}, {12277, 824, 10950}, {12288, 0, 8825},
    {12293, 0, 241}, {12299, 0, 241}, {12306, 0, 8824}, {12311, 0, 8938}, {12325, 0, 8940}, {12341, 0, 8939},
    {12356, 0, 8941}, {12373, 0, 957}, {12376, 0, 35}, {12380, 0, 8470}, {12387, 0, 8199}, {12393, 0, 8877},
    {12400, 0, 10500}, {12407, 8402, 8781}, {12412, 0, 8876}, {12419, 8402, 8805}, {12424, 8402, 62}, {12429, 0, 10718},
    {12437, 0, 10498}, {12444, 8402, 8804}, {12449, 8402, 60}, {12454, 8402, 8884}, {12462, 0, 10499}, {12469, 8402, 8885},
    {12477, 8402, 8764}, {12483, 0, 8662}, {12489, 0, 10531}, {12496, 0, 8598}, {12502, 0, 8598}, {12510, 0, 10535},
    {12517, 0, 9416}, {12520, 0, 243}, {12526, 0, 243}, {12533, 0, 8859}, {12538, 0, 8858}, {12543, 0, 244},
    {12548, 0, 244}, {12554, 0, 1086}, {12558, 0, 8861}, {12564, 0, 337}, {12571, 0, 10808}, {12576, 0, 8857},
    {12581, 0, 10684}, {12588, 0, 339}, {12594, 0, 10687}, {12600, 0, 120108}, {12604, 0, 731}, {12609, 0, 242},
    {12615, 0, 242}, {12622, 0, 10689}, {12626, 0, 10677}, {12632, 0, 937}, {12636, 0, 8750}, {12641, 0, 8634},
    {12647, 0, 10686}, {12653, 0, 10683}, {12661, 0, 8254}, {12667, 0, 10688}, {12671, 0, 333}, {12677, 0, 969},
    {12683, 0, 959}, {12691, 0, 10678}, {12696, 0, 8854}, {12703, 0, 120160}, {12708, 0, 10679}, {12713, 0, 10681},
    {12719, 0, 8853}, {12725, 0, 8744}, {12728, 0, 8635}, {12734, 0, 10845}, {12738, 0, 8500}, {12744, 0, 8500},
    {12752, 0, 170}, {12756, 0, 170}, {12761, 0, 186}, {12765, 0, 186}, {12770, 0, 8886}, {12777, 0, 10838},
    {12782, 0, 10839}, {12790, 0, 10843}, {12794, 0, 8500}, {12799, 0, 248}, {12805, 0, 248}, {12812, 0, 8856},
    {12817, 0, 245}, {12823, 0, 245}, {12830, 0, 8855}, {12837, 0, 10806}, {12846, 0, 246}, {12850, 0, 246},
    {12855, 0, 9021}, {12861, 0, 8741}, {12865, 0, 182}, {12869, 0, 182}, {12874, 0, 8741}, {12883, 0, 10995},
    {12890, 0, 11005}, {12896, 0, 8706}, {12901, 0, 1087}, {12905, 0, 37}, {12912, 0, 46}, {12919, 0, 8240},
    {12926, 0, 8869}, {12931, 0, 8241}, {12939, 0, 120109}, {12943, 0, 966}, {12947, 0, 981}, {12952, 0, 8499},
    {12959, 0, 9742}, {12965, 0, 960}, {12968, 0, 8916}, {12978, 0, 982}, {12982, 0, 8463}, {12989, 0, 8462},
    {12997, 0, 8463}, {13004, 0, 43}, {13009, 0, 10787}, {13018, 0, 8862}, {13024, 0, 10786}, {13032, 0, 8724},
    {13039, 0, 10789}, {13046, 0, 10866}, {13052, 0, 177}, {13058, 0, 177}, {13065, 0, 10790}, {13073, 0, 10791},
    {13081, 0, 177}, {13084, 0, 10773}, {13093, 0, 120161}, {13098, 0, 163}, {13103, 0, 163}, {13109, 0, 8826},
    {13112, 0, 10931}, {13116, 0, 10935}, {13121, 0, 8828}, {13127, 0, 10927}, {13131, 0, 8826}, {13136, 0, 10935},
    {13147, 0, 8828}, {13159, 0, 10927}, {13166, 0, 10937}, {13178, 0, 10933}, {13187, 0, 8936}, {13196, 0, 8830},
    {13204, 0, 8242}, {13210, 0, 8473}, {13217, 0, 10933}, {13222, 0, 10937}, {13228, 0, 8936}, {13235, 0, 8719},
    {13240, 0, 9006}, {13249, 0, 8978}, {13258, 0, 8979}, {13267, 0, 8733}, {13272, 0, 8733}, {13279, 0, 8830},
    {13285, 0, 8880}, {13292, 0, 120005}, {13297, 0, 968}, {13301, 0, 8200}, {13308, 0, 120110}, {13312, 0, 10764},
    {13317, 0, 120162}, {13322, 0, 8279}, {13329, 0, 120006}, {13334, 0, 8461}, {13346, 0, 10774}, {13354, 0, 63},
    {13360, 0, 8799}, {13368, 0, 34}, {13372, 0, 34}, {13377, 0, 8667}, {13383, 0, 8658}, {13388, 0, 10524},
    {13395, 0, 10511}, {13401, 0, 10596}, {13406, 817, 8765}, {13411, 0, 341}, {13418, 0, 8730}, {13424, 0, 10675},
    {13433, 0, 10217}, {13438, 0, 10642}, {13444, 0, 10661}, {13450, 0, 10217}, {13457, 0, 187}, {13462, 0, 187},
    {13468, 0, 8594}, {13473, 0, 10613}, {13480, 0, 8677}, {13486, 0, 10528}, {13494, 0, 10547}, {13500, 0, 10526},
    {13507, 0, 8618}, {13514, 0, 8620}, {13521, 0, 10565}, {13528, 0, 10612}, {13536, 0, 8611}, {13543, 0, 8605},
    {13549, 0, 10522}, {13556, 0, 8758}, {13562, 0, 8474}, {13572, 0, 10509}, {13578, 0, 10099}, {13584, 0, 125},
    {13591, 0, 93}, {13598, 0, 10636}, {13604, 0, 10638}, {13612, 0, 10640}, {13620, 0, 345}, {13627, 0, 343},
    {13634, 0, 8969}, {13640, 0, 125}, {13645, 0, 1088}, {13649, 0, 10551}, {13654, 0, 10601}, {13662, 0, 8221},
    {13668, 0, 8221}, {13675, 0, 8627}, {13680, 0, 8476}, {13685, 0, 8475}, {13693, 0, 8476}, {13702, 0, 8477},
    {13708, 0, 9645}, {13713, 0, 174}, {13716, 0, 174}, {13720, 0, 10621}, {13727, 0, 8971}, {13734, 0, 120111},
    {13738, 0, 8641}, {13744, 0, 8640}, {13750, 0, 10604}, {13757, 0, 961}, {13761, 0, 1009}, {13766, 0, 8594},
    {13777, 0, 8611}, {13792, 0, 8641}, {13809, 0, 8640}, {13824, 0, 8644}, {13840, 0, 8652}, {13858, 0, 8649},
    {13875, 0, 8605}, {13891, 0, 8908}, {13907, 0, 730}, {13912, 0, 8787}, {13925, 0, 8644}, {13931, 0, 8652},
    {13937, 0, 8207}, {13941, 0, 9137}, {13948, 0, 9137}, {13959, 0, 10990}, {13965, 0, 10221}, {13971, 0, 8702},
    {13977, 0, 10215}, {13983, 0, 10630}, {13989, 0, 120163}, {13994, 0, 10798}, {14001, 0, 10805}, {14009, 0, 41},
    {14014, 0, 10644}, {14021, 0, 10770}, {14030, 0, 8649}, {14036, 0, 8250}, {14043, 0, 120007}, {14048, 0, 8625},
    {14052, 0, 93}, {14057, 0, 8217}, {14063, 0, 8217}, {14070, 0, 8908}, {14077, 0, 8906}, {14084, 0, 9657},
    {14089, 0, 8885}, {14095, 0, 9656}, {14101, 0, 10702}, {14110, 0, 10600}, {14118, 0, 8478}, {14121, 0, 347},
    {14128, 0, 8218}, {14134, 0, 8827}, {14137, 0, 10932}, {14141, 0, 10936}, {14146, 0, 353}, {14153, 0, 8829},
    {14159, 0, 10928}, {14163, 0, 351}, {14170, 0, 349}, {14176, 0, 10934}, {14181, 0, 10938}, {14187, 0, 8937},
    {14194, 0, 10771}, {14203, 0, 8831}, {14209, 0, 1089}, {14213, 0, 8901}, {14218, 0, 8865}, {14224, 0, 10854},
    {14230, 0, 8664}, {14236, 0, 10533}, {14243, 0, 8600}, {14249, 0, 8600}, {14257, 0, 167}, {14261, 0, 167},
    {14266, 0, 59}, {14271, 0, 10537}, {14278, 0, 8726}, {14287, 0, 8726}, {14293, 0, 10038}, {14298, 0, 120112},
    {14302, 0, 8994}, {14309, 0, 9839}, {14315, 0, 1097}, {14322, 0, 1096}, {14327, 0, 8739}, {14336, 0, 8741},
    {14350, 0, 173}, {14353, 0, 173}, {14357, 0, 963}, {14363, 0, 962}, {14370, 0, 962}, {14377, 0, 8764},
    {14381, 0, 10858}, {14388, 0, 8771}, {14393, 0, 8771}, {14399, 0, 10910}, {14404, 0, 10912}, {14410, 0, 10909},
    {14415, 0, 10911}, {14421, 0, 8774}, {14427, 0, 10788}, {14435, 0, 10610}, {14443, 0, 8592}, {14449, 0, 8726},
    {14463, 0, 10803}, {14470, 0, 10724}, {14479, 0, 8739}, {14484, 0, 8995}, {14490, 0, 10922}, {14494, 0, 10924},
    {14499, 65024, 10924}, {14505, 0, 1100}, {14512, 0, 47}, {14516, 0, 10692}, {14521, 0, 9023}, {14528, 0, 120164},
    {14533, 0, 9824}, {14540, 0, 9824}, {14550, 0, 8741}, {14555, 0, 8851}, {14561, 65024, 8851}, {14568, 0, 8852},
    {14574, 65024, 8852}, {14581, 0, 8847}, {14587, 0, 8849}, {14594, 0, 8847}, {14603, 0, 8849}, {14614, 0, 8848},
    {14620, 0, 8850}, {14627, 0, 8848}, {14636, 0, 8850}, {14647, 0, 9633}, {14651, 0, 9633}, {14658, 0, 9642},
    {14665, 0, 9642}, {14670, 0, 8594}, {14676, 0, 120008}, {14681, 0, 8726}, {14688, 0, 8995}, {14695, 0, 8902},
    {14702, 0, 9734}, {14707, 0, 9733}, {14713, 0, 1013}, {14729, 0, 981}, {14741, 0, 175}, {14747, 0, 8834},
    {14751, 0, 10949}, {14756, 0, 10941}, {14763, 0, 8838}, {14768, 0, 10947}, {14776, 0, 10945}, {14784, 0, 10955},
    {14790, 0, 8842}, {14796, 0, 10943}, {14804, 0, 10617}, {14812, 0, 8834}, {14819, 0, 8838}, {14828, 0, 10949},
    {14838, 0, 8842}, {14848, 0, 10955}, {14859, 0, 10951}, {14866, 0, 10965}, {14873, 0, 10963}, {14880, 0, 8827},
    {14885, 0, 10936}, {14896, 0, 8829}, {14908, 0, 10928}, {14915, 0, 10938}, {14927, 0, 10934}, {14936, 0, 8937},
    {14945, 0, 8831}, {14953, 0, 8721}, {14957, 0, 9834}, {14962, 0, 185}, {14966, 0, 185}, {14971, 0, 178},
    {14975, 0, 178}, {14980, 0, 179}, {14984, 0, 179}, {14989, 0, 8835}, {14993, 0, 10950}, {14998, 0, 10942},
    {15005, 0, 10968}, {15013, 0, 8839}, {15018, 0, 10948}, {15026, 0, 10185}, {15034, 0, 10967}, {15042, 0, 10619},
    {15050, 0, 10946}, {15058, 0, 10956}, {15064, 0, 8843}, {15070, 0, 10944}, {15078, 0, 8835}, {15085, 0, 8839},
    {15094, 0, 10950}, {15104, 0, 8843}, {15114, 0, 10956}, {15125, 0, 10952}, {15132, 0, 10964}, {15139, 0, 10966},
    {15146, 0, 8665}, {15152, 0, 10534}, {15159, 0, 8601}, {15165, 0, 8601}, {15173, 0, 10538}, {15180, 0, 223},
    {15185, 0, 223}, {15191, 0, 8982}, {15198, 0, 964}, {15202, 0, 9140}, {15207, 0, 357}, {15214, 0, 355},
    {15221, 0, 1090}, {15225, 0, 8411}, {15230, 0, 8981}, {15237, 0, 120113}, {15241, 0, 8756}, {15248, 0, 8756},
    {15258, 0, 952}, {15264, 0, 977}, {15273, 0, 977}, {15280, 0, 8776}, {15292, 0, 8764}, {15301, 0, 8201},
    {15308, 0, 8776}, {15314, 0, 8764}, {15321, 0, 254}, {15326, 0, 254}, {15332, 0, 732}, {15338, 0, 215},
    {15343, 0, 215}, {15349, 0, 8864}, {15356, 0, 10801}, {15365, 0, 10800}, {15372, 0, 8749}, {15377, 0, 10536},
    {15382, 0, 8868}, {15386, 0, 9014}, {15393, 0, 10993}, {15400, 0, 120165}, {15405, 0, 10970}, {15413, 0, 10537},
    {15418, 0, 8244}, {15425, 0, 8482}, {15431, 0, 9653}, {15440, 0, 9663}, {15453, 0, 9667}, {15466, 0, 8884},
    {15481, 0, 8796}, {15491, 0, 9657}, {15505, 0, 8885}, {15521, 0, 9708}, {15528, 0, 8796}, {15533, 0, 10810},
    {15542, 0, 10809}, {15550, 0, 10701}, {15556, 0, 10811}, {15564, 0, 9186}, {15573, 0, 120009}, {15578, 0, 1094},
    {15583, 0, 1115}, {15589, 0, 359}, {15596, 0, 8812}, {15602, 0, 8606}, {15619, 0, 8608}, {15637, 0, 8657},
    {15642, 0, 10595}, {15647, 0, 250}, {15653, 0, 250}, {15660, 0, 8593}, {15665, 0, 1118}, {15671, 0, 365},
    {15678, 0, 251}, {15683, 0, 251}, {15689, 0, 1091}, {15693, 0, 8645}, {15699, 0, 369}, {15706, 0, 10606},
    {15712, 0, 10622}, {15719, 0, 120114}, {15723, 0, 249}, {15729, 0, 249}, {15736, 0, 8639}, {15742, 0, 8638},
    {15748, 0, 9600}, {15754, 0, 8988}, {15761, 0, 8988}, {15770, 0, 8975}, {15777, 0, 9720}, {15783, 0, 363},
    {15789, 0, 168}, {15792, 0, 168}, {15796, 0, 371}, {15802, 0, 120166}, {15807, 0, 8593}, {15815, 0, 8597},
    {15827, 0, 8639}, {15841, 0, 8638}, {15856, 0, 8846}, {15862, 0, 965}, {15867, 0, 978}, {15873, 0, 965},
    {15881, 0, 8648}, {15892, 0, 8989}, {15899, 0, 8989}, {15908, 0, 8974}, {15915, 0, 367}, {15921, 0, 9721},
    {15927, 0, 120010}, {15932, 0, 8944}, {15938, 0, 361}, {15945, 0, 9653}, {15950, 0, 9652}, {15956, 0, 8648},
    {15962, 0, 252}, {15966, 0, 252}, {15971, 0, 10663}, {15979, 0, 8661}, {15984, 0, 10984}, {15989, 0, 10985},
    {15995, 0, 8872}, {16001, 0, 10652}, {16008, 0, 1013}, {16019, 0, 1008}, {16028, 0, 8709}, {16039, 0, 981},
    {16046, 0, 982}, {16052, 0, 8733}, {16062, 0, 8597}, {16067, 0, 1009}, {16074, 0, 962}, {16083, 65024, 8842},
    {16096, 65024, 10955}, {16110, 65024, 8843}, {16123, 65024, 10956}, {16137, 0, 977}, {16146, 0, 8882}, {16162, 0, 8883},
    {16179, 0, 1074}, {16183, 0, 8866}, {16189, 0, 8744}, {16193, 0, 8891}, {16200, 0, 8794}, {16206, 0, 8942},
    {16213, 0, 124}, {16220, 0, 124}, {16225, 0, 120115}, {16229, 0, 8882}, {16235, 8402, 8834}, {16241, 8402, 8835},
    {16247, 0, 120167}, {16252, 0, 8733}, {16258, 0, 8883}, {16264, 0, 120011}, {16269, 65024, 10955}, {16276, 65024, 8842},
    {16283, 65024, 10956}, {16290, 65024, 8843}, {16297, 0, 10650}, {16305, 0, 373}, {16311, 0, 10847}, {16318, 0, 8743},
    {16324, 0, 8793}, {16331, 0, 8472}, {16338, 0, 120116}, {16342, 0, 120168}, {16347, 0, 8472}, {16350, 0, 8768},
    {16353, 0, 8768}, {16360, 0, 120012}, {16365, 0, 8898}, {16370, 0, 9711}, {16376, 0, 8899}, {16381, 0, 9661},
    {16387, 0, 120117}, {16391, 0, 10234}, {16397, 0, 10231}, {16403, 0, 958}, {16406, 0, 10232}, {16412, 0, 10229},
    {16418, 0, 10236}, {16423, 0, 8955}, {16428, 0, 10752}, {16434, 0, 120169}, {16439, 0, 10753}, {16446, 0, 10754},
    {16453, 0, 10233}, {16459, 0, 10230}, {16465, 0, 120013}, {16470, 0, 10758}, {16477, 0, 10756}, {16484, 0, 9651},
    {16490, 0, 8897}, {16495, 0, 8896}, {16502, 0, 253}, {16508, 0, 253}, {16515, 0, 1103}, {16520, 0, 375},
    {16526, 0, 1099}, {16530, 0, 165}, {16533, 0, 165}, {16537, 0, 120118}, {16541, 0, 1111}, {16546, 0, 120170},
    {16551, 0, 120014}, {16556, 0, 1102}, {16561, 0, 255}, {16565, 0, 255}, {16570, 0, 378}, {16577, 0, 382},
    {16584, 0, 1079}, {16588, 0, 380}, {16593, 0, 8488}, {16600, 0, 950}, {16605, 0, 120119}, {16609, 0, 1078},
    {16614, 0, 8669}, {16622, 0, 120171}, {16627, 0, 120015}, {16632, 0, 8205}, {16636, 0, 8204},
    {16641, 0, 0},
};

uint32_t cunicode_entity(const uint8_t *name, size_t length, uint32_t *out) {
    size_t low = 0;
    size_t high = sizeof entities / sizeof entities[0] - 1;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const size_t start = entities[middle].start;
        const size_t size = entities[middle + 1].start - start;
        int order = memcmp(text + start, name, size < length ? size : length);
        if (order == 0) order = size < length ? -1 : size > length;
        if (order == 0) {
            out[0] = entities[middle].first;
            out[1] = entities[middle].second;
            return out[1] == 0 ? 1 : 2;
        }
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return 0;
}
