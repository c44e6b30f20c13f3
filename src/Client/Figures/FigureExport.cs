using System.Text;
using System.Text.Json;
using Hermes.Client.Documents;

namespace Hermes.Client.Figures;

/// <summary>A figure and the numbers behind it, as files of several kinds.</summary>
/// <param name="Figure">Draws it.</param>
/// <param name="Table">Writes what it shows as comma-separated values.</param>
/// <param name="Document">All there is, also what this figure does not show.</param>
public sealed record FigureExport(Func<Figure> Figure, Func<string> Table, Func<Task<object>> Document)
{
    private const string Png = "png";
    private const string Svg = "svg";
    private const string Csv = "csv";
    private const string Json = "json";

    /// <summary>The kinds of file, by the ending of their names, with their media types.</summary>
    public static IReadOnlyDictionary<string, string> Kinds { get; } = new Dictionary<string, string>
    {
        [Png] = "image/png",
        [Svg] = "image/svg+xml",
        [Csv] = "text/csv; charset=utf-8",
        [Json] = "application/json",
    };

    /// <summary>Writes a file.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Hermes.Grains.Interfaces.HermesException">It cannot be drawn as a picture.</exception>
    public async Task WriteAsync(Stream stream, string kind, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        switch (kind)
        {
            case Png:
                await Task.Run(() => PngFile.Write(stream, Figure()), cancellationToken).ConfigureAwait(false);
                break;
            case Svg:
                await Task.Run(() => SvgFile.Write(stream, Figure()), cancellationToken).ConfigureAwait(false);
                break;
            case Csv:
                await stream.WriteAsync(Encoding.UTF8.GetBytes(Table()), cancellationToken).ConfigureAwait(false);
                break;
            case Json:
                await JsonSerializer.SerializeAsync(stream, await Document().ConfigureAwait(false), DocumentJson.Options, cancellationToken).ConfigureAwait(false);
                stream.WriteByte((byte)'\n');
                break;
            default:
                throw new ArgumentException($"There is no file of the kind '{kind}'.", nameof(kind));
        }
    }
}
