namespace Hermes.Grains.State;

/// <summary>Something stored that says in which form.</summary>
public interface IFormatted
{
    /// <summary>The form it was stored in; see <see cref="StateJson.Format"/>.</summary>
    int Format { get; }
}
