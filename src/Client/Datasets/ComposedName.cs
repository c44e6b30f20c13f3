using System.Text;
using ADRaffy.ENSNormalize;

namespace Hermes.Client.Datasets;

/// <summary>
/// Names as people read them: 'ä' is one letter, whether a file system kept it as one or as 'a' and two dots (as Macs did).
/// </summary>
internal static class ComposedName
{
    /// <summary>The composed form (NFC) of a name.</summary>
    public static string Of(string name) => Ascii.IsValid(name) ? name : ENSNormalize.NF.NFC(name);
}
